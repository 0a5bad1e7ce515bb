"""Images with what a model says of them, as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from modelzoo.reporting.drawing import BLUE, GREY, VERMILION, make_figure, save, shortened, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Sample", "plot_samples"]

_COLUMNS = 6
# Inches: side of an image, space around it, height of a line under it and of a heading.
_SIDE, _SPACE, _LINE, _HEADING = 1.42, 0.13, 0.15, 0.36
# Characters that fit under an image, and of a name that leaves room for its probability.
_LINE_WIDTH = 20
_LONGEST_NAME = 24
_MARKS = {True: "✓ ", False: "✗ ", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """One image and what was said of it.

    Attributes:
        image: uint8 ``(height, width, channels)``, 0-255.
        answer: What the model says.
        truth: What it is.
        right: Whether the answer is right; ``None`` where there is no right and wrong.
        probability: How sure the model is, 0 to 1; ``None`` where it does not say.
    """

    image: NDArray[np.uint8]
    answer: str
    truth: str
    right: bool | None = None
    probability: float | None = None


def plot_samples(groups: Mapping[str, Sequence[Sample]], path: Path) -> None:
    """Draw images in rows, under each the answer and, unless it is right, the truth.

    A right answer has a tick and a thin frame; a wrong one a cross, a thick dashed frame and the
    truth in words: none of it is told by colour alone.

    Args:
        groups: Headings and the images under each; groups without images are left out.
        path: The file; its suffix says the format.

    Raises:
        StorageError: The file can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "samples.png"
        >>> image = np.zeros((8, 8, 3), np.uint8)
        >>> cat = Sample(image=image, answer="cat", truth="cat", right=True, probability=0.9)
        >>> plot_samples({"At random": [cat]}, path)
        >>> path.exists()
        True
    """
    shown = {heading: samples for heading, samples in groups.items() if samples}
    rows = [math.ceil(len(samples) / _COLUMNS) for samples in shown.values()]
    captions = [_caption(sample) for samples in shown.values() for sample in samples]
    lines = max((caption.count("\n") + 1 for caption in captions), default=0)
    pitch = _SIDE + _SPACE + _LINE * lines + _SPACE
    width = (_SIDE + _SPACE) * _COLUMNS + _SPACE
    height = sum(_HEADING + pitch * count for count in rows) or 1.0
    figure = make_figure(width, height)
    # All places are known: to measure every text to find them would only take time.
    figure.set_layout_engine("none")
    top = height
    for (heading, samples), count in zip(shown.items(), rows, strict=True):
        middle = (top - _HEADING / 2) / height
        figure.text(
            _SPACE / width, middle, heading, va="center", fontweight="bold", parse_math=False
        )
        top -= _HEADING
        for index, sample in enumerate(samples):
            row, column = divmod(index, _COLUMNS)
            left = _SPACE + column * (_SIDE + _SPACE)
            bottom = top - row * pitch - _SIDE
            place = (left / width, bottom / height, _SIDE / width, _SIDE / height)
            _draw(figure.add_axes(place), sample)
        top -= pitch * count
    save(figure, path)


def _draw(panel: Axes, sample: Sample) -> None:
    # Whatever a fourth channel may be, a screen has three.
    shown = sample.image[..., :3] if sample.image.shape[-1] >= 3 else sample.image[..., 0]
    panel.imshow(shown, cmap="gray", vmin=0, vmax=255)
    panel.set_xticks([])
    panel.set_yticks([])
    colour, width, line = {
        True: (BLUE, 1.0, "-"),
        False: (VERMILION, 3.0, (0, (2, 1))),
        None: (GREY, 1.0, "-"),
    }[sample.right]
    for spine in panel.spines.values():
        spine.set(color=colour, linewidth=width, linestyle=line, capstyle="butt")
    panel.set_xlabel(
        _caption(sample),
        color="black" if sample.right is None else colour,
        fontsize=8.5,
        fontweight="bold" if sample.right is False else "normal",
        parse_math=False,
    )


def _caption(sample: Sample) -> str:
    """The answer, how sure it is, and unless it is right the truth."""
    answer = shortened(sample.answer or "nothing", _LONGEST_NAME)
    sure = "" if sample.probability is None else f" {sample.probability:.0%}"
    said = wrapped(f"{_MARKS[sample.right]}{answer}{sure}", _LINE_WIDTH)
    if sample.right:
        return said
    truth = wrapped(f"is {sample.truth or 'nothing'}", _LINE_WIDTH)
    return f"{said}\n{truth}"
