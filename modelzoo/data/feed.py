"""A split as batches: from memory or streamed from disk, in any order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.source import ArraySplit

__all__ = ["fits_in_memory", "stream_batches"]

_AHEAD = 4


def fits_in_memory(split: ArraySplit) -> bool:
    """Whether a split's images take at most a quarter of this machine's memory.

    Example:
        >>> fits_in_memory(ArraySplit(np.zeros((1, 8, 8, 1), np.uint8), np.zeros(1)))
        True
    """
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return split.images.nbytes <= total / 4


def stream_batches(
    arrays: tuple[NDArray[Any], ...], order: NDArray[np.int32], batch_size: int, *, first: int = 0
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Batches of rows, read a few ahead by another thread.

    Args:
        arrays: Images (memory-mapped ones are read batch by batch), labels, ...
        order: Indices of the rows, int32 ``(n,)``.
        batch_size: Rows per batch; the last batch may have fewer.
        first: The batch to begin with.

    Yields:
        The rows of each array.

    Example:
        >>> batches = stream_batches((np.arange(5),), np.arange(5, dtype=np.int32), 2, first=1)
        >>> [batch.tolist() for batch, in batches]
        [[2, 3], [4]]
    """

    def read(start: int) -> tuple[NDArray[Any], ...]:
        rows = order[start : start + batch_size]
        return tuple(each[rows] for each in arrays)

    with ThreadPoolExecutor(1) as reader:
        waiting: deque[Future[tuple[NDArray[Any], ...]]] = deque()
        for start in range(first * batch_size, len(order), batch_size):
            waiting.append(reader.submit(read, start))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
