"""One seed for all that is random while a model is built."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

__all__ = ["seeded"]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let initial weights and dropout take their randomness from a seed.

    Python's and NumPy's own generators, which are the user's, are as before afterwards.

    Args:
        seed: The training's seed.

    Example:
        >>> with seeded(3):
        ...     first = random.random()
        >>> with seeded(3):
        ...     first == random.random()
        True
    """
    states = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
