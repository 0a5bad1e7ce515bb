"""What the options of the networks may be."""

from __future__ import annotations

__all__ = ["check_alpha", "check_flag", "check_share"]


def check_alpha(alpha: float) -> None:
    """Refuse a width multiplier that is no number above 0.

    Raises:
        ValueError: Always then.
    """
    if not isinstance(alpha, int | float) or not 0 < alpha < float("inf"):
        raise ValueError(f"alpha is {alpha!r}, expected a number above 0, such as 0.5")


def check_share(name: str, value: float) -> None:
    """Refuse what is no share that leaves something: no number from 0 to below 1.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.
    """
    if not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError(f"{name} is {value!r}, expected a number from 0 to below 1")


def check_flag(name: str, value: bool) -> None:
    """Refuse what is neither ``True`` nor ``False``.

    Args:
        name: The option's name, for the message.
        value: What was given for it.

    Raises:
        ValueError: Always then.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}, expected True or False")
