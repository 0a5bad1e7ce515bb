"""The order of examples and the random numbers of an epoch, as functions of seed and epoch."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["epoch_order", "random_generator"]


def random_generator(seed: int, epoch: int, purpose: str) -> np.random.Generator:
    """A generator that depends on its arguments alone.

    Args:
        seed: The training's seed, not negative.
        epoch: The epoch, not negative.
        purpose: What the numbers are for; two purposes get unrelated numbers.

    Example:
        >>> a, b = (random_generator(0, 1, "order").random() for _ in range(2))
        >>> a == b
        True
    """
    entropy = np.random.SeedSequence([seed, epoch, zlib.crc32(purpose.encode())])
    return np.random.Generator(np.random.Philox(entropy))


def epoch_order(seed: int, epoch: int, n: int) -> NDArray[np.int32]:
    """The order in which an epoch goes through the examples.

    Args:
        seed: The training's seed.
        epoch: The epoch.
        n: How many examples there are.

    Returns:
        A permutation of ``0 .. n - 1``, int32 ``(n,)``.

    Example:
        >>> sorted(epoch_order(0, 1, 4).tolist())
        [0, 1, 2, 3]
    """
    return random_generator(seed, epoch, "order").permutation(n).astype(np.int32)
