"""What the options of builders, loaders and classes may be.

Options come from keyword arguments, the command line and JSON files. Much that makes no sense would
be built without a word: ``True`` is 1 for a width, and ``"no"`` passes for yes.
"""

from __future__ import annotations

import math
from typing import NoReturn, TypeGuard

__all__ = ["check_count", "check_flag", "check_share", "check_width"]


def check_count(name: str, value: object, *, least: int = 1) -> None:
    """Refuse what is no whole number, or too small a one.

    Args:
        name: The option's name, for the message.
        value: What was given for it.
        least: The smallest number that will do.

    Raises:
        ValueError: Always then.

    Example:
        >>> check_count("units", 0)
        Traceback (most recent call last):
        ValueError: units is 0, expected a whole number from 1 up
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        _refuse(name, value, f"a whole number from {least} up")


def check_flag(name: str, value: object) -> None:
    """Refuse what is neither ``True`` nor ``False``.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.

    Example:
        >>> check_flag("separable", "no")
        Traceback (most recent call last):
        ValueError: separable is 'no', expected True or False
    """
    if not isinstance(value, bool):
        _refuse(name, value, "True or False")


def check_share(name: str, value: object) -> None:
    """Refuse what is no share that leaves something over: no number from 0 to below 1.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.

    Example:
        >>> check_share("dropout", 1)
        Traceback (most recent call last):
        ValueError: dropout is 1, expected a number from 0 to below 1
    """
    if not _is_number(value) or not 0 <= value < 1:
        _refuse(name, value, "a number from 0 to below 1")


def check_width(name: str, value: object, *, narrowest: int | None = None) -> None:
    """Refuse a width multiplier that is no number above 0, or leaves a layer without channels.

    Args:
        name: The option's name, for the message.
        value: What was given for it.
        narrowest: The fewest channels that a layer has at a width of 1; ``None``: each layer keeps
            some at any width.

    Raises:
        ValueError: Always then.

    Example:
        >>> check_width("alpha", 0.01, narrowest=32)
        Traceback (most recent call last):
        ValueError: alpha is 0.01, expected a number of at least 1/32, such as 0.5
    """
    least, limit = (1 / narrowest, f"of at least 1/{narrowest}") if narrowest else (0, "above 0")
    if not _is_number(value) or not 0 < value < math.inf or value < least:
        _refuse(name, value, f"a number {limit}, such as 0.5")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse(name: str, value: object, expected: str) -> NoReturn:
    raise ValueError(f"{name} is {value!r}, expected {expected}")
