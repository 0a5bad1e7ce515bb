"""What the options of the networks may be; Keras builds something of much that makes no sense.

A width of -1 gives it a network of the fewest channels there can be, and ``"no"`` passes for yes.
"""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["check_alpha", "check_count", "check_dropout", "check_flag"]


def check_alpha(alpha: float, *, narrowest: int | None = None) -> None:
    """Refuse a width multiplier that is no number above 0, or leaves a layer without channels.

    Args:
        alpha: What was given for it.
        narrowest: The fewest channels that a layer has at a width of 1; ``None``: each layer keeps
            some at any width.

    Raises:
        ValueError: Always then.
    """
    least, limit = (1 / narrowest, f"of at least 1/{narrowest}") if narrowest else (0, "above 0")
    if not _is_number(alpha) or not 0 < alpha < float("inf") or alpha < least:
        _refuse("alpha", alpha, f"a number {limit}, such as 0.5")


def check_count(name: str, value: int) -> None:
    """Refuse what is no whole number from 1 up.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(name, value, "a whole number from 1 up")


def check_dropout(name: str, value: float) -> None:
    """Refuse a share of the features to drop that is no number from 0 to below 1.

    Arguments and errors are as in :func:`check_count`.
    """
    if not _is_number(value) or not 0 <= value < 1:
        _refuse(name, value, "a number from 0 to below 1")


def check_flag(name: str, value: bool) -> None:
    """Refuse what is neither ``True`` nor ``False``.

    Arguments and errors are as in :func:`check_count`.
    """
    if not isinstance(value, bool):
        _refuse(name, value, "True or False")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse(name: str, value: Any, expected: str) -> NoReturn:
    raise ValueError(f"{name} is {value!r}, expected {expected}")
