"""What the constructors of KerasHub's classes take, as options of the zoo."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["check_arguments"]

# What the zoo decides, and what is Keras's own.
_NOT_OPTIONS = frozenset({"args", "kwargs", "name", "dtype", "data_format"})


def check_arguments(kind: type, given: Mapping[str, Any], *, without: Collection[str] = ()) -> None:
    """Raise where something is given that a class does not take.

    Args:
        kind: The class.
        given: Arguments of its constructor.
        without: What it takes and is not to be given.

    Raises:
        ValueError: An argument is unknown; the message has those that are not.

    Example:
        >>> from fractions import Fraction
        >>> check_arguments(Fraction, {"numerator": 1})
    """
    known = set(inspect.signature(kind).parameters) - _NOT_OPTIONS - set(without)
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(
            f"{kind.__name__} of KerasHub has no argument {unknown[0]!r}; its arguments are "
            f"{', '.join(sorted(known))}"
        )
