"""What layers compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

__all__ = ["precision_policy"]


@contextmanager
def precision_policy(precision: str) -> Iterator[None]:
    """Let the layers that are built inside compute in a precision; Keras is as before afterwards.

    Args:
        precision: As ``TrainConfig.precision``.

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
