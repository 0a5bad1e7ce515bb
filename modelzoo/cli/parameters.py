"""From the words of a command line to values.

Typer would ask pydantic, which takes longer to import than all the rest of `modelzoo list`, and
whose errors do not say what was received.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args, get_origin

import typer
from typer.core import TyperCommand

# What the commands that build a model have in common.
InputSizeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="Size of the images: 64, 64x48 (height x width) or 64x48x1 (and channels).",
    ),
]
ModelOptionsOption: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="K=V", help="An option of the model; repeatable.")
]


class ReadsOwnParameters:
    """Mixed into a command: text, whole numbers, numbers, paths, flags and lists are read here."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, the help option among them."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for each in params:
            # Another version of typer that does not look here reads them its own way, slower.
            each._runtime_param = _READERS.get(_element(each.type_descriptor.annotation))
        return params


class Command(ReadsOwnParameters, TyperCommand):
    """A sub-command."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the values of a parameter; takes the place of typer's own coercion.

    Attributes:
        read: Makes a value of a word; raises ValueError where it can't.
        expected: What such a word is, for the error.
    """

    read: Callable[[str], Any]
    expected: str

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of a parameter for what was given: nothing, a word, or several."""
        if param.multiple or param.nargs == -1:
            return [self._one(each, param, ctx) for each in value or ()]
        return None if value is None else self._one(value, param, ctx)

    def _one(self, word: Any, param: Any, ctx: Any) -> Any:
        try:
            return self.read(word)
        except ValueError:
            raise typer.BadParameter(
                f"{word!r} is not {self.expected}.", ctx=ctx, param=param
            ) from None


_READERS = {
    str: Reader(str, "text"),
    Path: Reader(Path, "a path"),
    int: Reader(int, "a whole number"),
    float: Reader(float, "a number"),
    bool: Reader(bool, "yes or no"),
}


def _element(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is list else annotation


def settings(pairs: Sequence[str], *, option: str) -> dict[str, Any]:
    """The values that ``NAME=VALUE`` pairs give.

    Args:
        pairs: Such as ``["alpha=0.5", "data=memory"]``; a value is JSON where it can be read as
            such, else text.
        option: The option they were given to, for the error.

    Raises:
        typer.BadParameter: A pair is none, or a name comes twice.

    Example:
        >>> settings(["alpha=0.5", "shallow=true", "data=memory"], option="--config")
        {'alpha': 0.5, 'shallow': True, 'data': 'memory'}
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip().replace("-", "_")
        if not (name and equals):
            raise typer.BadParameter(
                f"{pair!r} is not NAME=VALUE, such as alpha=0.5.", param_hint=f"'{option}'"
            )
        if name in values:
            raise typer.BadParameter(f"{name!r} is given twice.", param_hint=f"'{option}'")
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values


def image_size(text: str, *, channels: int) -> tuple[int, int, int]:
    """The shape that ``64``, ``64x48`` or ``64x48x1`` means.

    Args:
        text: Height, width and channels; a missing width is the height.
        channels: Where the text does not say.

    Raises:
        typer.BadParameter: It is none of them.

    Example:
        >>> image_size("64", channels=3), image_size("48x64x1", channels=3)
        ((64, 64, 3), (48, 64, 1))
    """
    match = re.fullmatch(r"(\d+)(?:x(\d+)(?:x(\d+))?)?", text.strip())
    if match is None:
        raise typer.BadParameter(
            f"{text!r} is not a size such as 64, 64x48 (height x width) or 64x48x1 (and channels).",
            param_hint="'--input-size'",
        )
    height, width, depth = (int(each) if each else None for each in match.groups())
    assert height is not None
    return height, height if width is None else width, channels if depth is None else depth
