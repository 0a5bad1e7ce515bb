"""How all pictures look, and how they reach a file."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelzoo.storage import atomic_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "DOTS_PER_INCH",
    "GREY",
    "VERMILION",
    "make_figure",
    "plain_axes",
    "save",
    "shortened",
    "wrapped",
]

# Okabe and Ito, "Color Universal Design" (2008): told apart with every kind of colour vision.
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREY: Final = "#6B6B6B"

# Half as many again as a page's 96, for screens that are finer than that.
DOTS_PER_INCH: Final = 144


def make_figure(width: float, height: float) -> Figure:
    """An empty white figure that belongs to nobody else: pyplot and its settings are left alone.

    Args:
        width: In inches.
        height: In inches.

    Example:
        >>> make_figure(4, 3).get_size_inches().tolist()
        [4.0, 3.0]
    """
    from matplotlib.figure import Figure

    return Figure(
        figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained", facecolor="white"
    )


def plain_axes(axes: Axes) -> None:
    """Take away what carries no information, and lay a faint grid under the rest."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)


def shortened(text: str, length: int = 24) -> str:
    """A name in at most so many characters.

    Example:
        >>> shortened("golden retriever", 10)
        'golden re…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def wrapped(text: str, width: int) -> str:
    """A text in at most two lines of at most so many characters.

    Example:
        >>> print(wrapped("a golden retriever on a very green lawn", 16))
        a golden
        retriever on a …
    """
    return "\n".join(textwrap.wrap(text, width, max_lines=2, placeholder=" …"))


def save(figure: Figure, path: Path) -> None:
    """Write a figure, whole or not at all.

    Args:
        figure: The figure.
        path: The file; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        StorageError: The file can't be written.
    """
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower())
