"""What the options of the networks may be."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["check_alpha", "check_flag", "check_share"]


def check_alpha(alpha: float) -> None:
    """Refuse a width multiplier that is no number above 0.

    Raises:
        ValueError: Always then.
    """
    if not _is_number(alpha) or not 0 < alpha < float("inf"):
        _refuse("alpha", alpha, "a number above 0, such as 0.5")


def check_share(name: str, value: float) -> None:
    """Refuse what is no share that leaves something: no number from 0 to below 1.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.
    """
    if not _is_number(value) or not 0 <= value < 1:
        _refuse(name, value, "a number from 0 to below 1")


def check_flag(name: str, value: bool) -> None:
    """Refuse what is neither ``True`` nor ``False``; arguments as in :func:`check_share`.

    Raises:
        ValueError: Always then.
    """
    if not isinstance(value, bool):
        _refuse(name, value, "True or False")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse(name: str, value: Any, expected: str) -> NoReturn:
    raise ValueError(f"{name} is {value!r}, expected {expected}")
