"""What layers compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

__all__ = ["policy_name", "precision_policy"]


def policy_name(precision: str) -> str:
    """The policy of Keras that a precision stands for now.

    Args:
        precision: As ``TrainConfig.precision``.

    Example:
        >>> policy_name("auto") == keras.config.dtype_policy().name
        True
    """
    return str(keras.config.dtype_policy().name) if precision == "auto" else precision


@contextmanager
def precision_policy(precision: str) -> Iterator[None]:
    """Let the layers that are built inside compute in a precision; Keras is as before afterwards.

    Args:
        precision: As ``TrainConfig.precision``, or the name of any policy.

    Example:
        >>> with precision_policy("mixed_bfloat16"):
        ...     keras.layers.Dense(1).compute_dtype
        'bfloat16'
    """
    before = keras.config.dtype_policy()
    if precision != "auto":
        keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
