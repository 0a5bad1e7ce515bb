"""A split as batches: from memory or streamed from disk, in any order."""

from __future__ import annotations

import mmap
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.mapped_subset import MappedSubset
from modelzoo.data.parallel import map_ahead
from modelzoo.data.source import ArraySplit
from modelzoo.errors import DatasetError

__all__ = ["fits_in_memory", "stream_batches"]

_AHEAD = 4
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def fits_in_memory(split: ArraySplit) -> bool:
    """Whether a split's images take at most a quarter of the memory that this process may have.

    That is the machine's, or less where a container or a limit of the process says so.

    Example:
        >>> fits_in_memory(ArraySplit(np.zeros((1, 8, 8, 1), np.uint8), np.zeros(1)))
        True
    """
    return split.images.nbytes <= _memory() / 4


def stream_batches(
    arrays: tuple[NDArray[Any] | MappedSubset, ...],
    order: NDArray[np.int32],
    batch_size: int,
    *,
    first: int = 0,
    partners: NDArray[np.int32] | None = None,
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Batches of rows, read a few ahead by another thread.

    The rows of memory-mapped arrays are read from their files and not from the mapping, whose
    pages would count as this process's memory: what this takes does not grow with the data.

    Args:
        arrays: Images, labels, ...
        order: Indices of the rows, int32 ``(n,)``.
        batch_size: Rows per batch; the last batch may have fewer.
        first: The batch to begin with.
        partners: For each row the index of another that is to come with it, int32, such as
            :func:`modelzoo.data.augment.mixing.draw_partners` draws.

    Yields:
        The rows of each array, and then, where there are partners, the partners' rows of each.

    Raises:
        DatasetError: A file has become shorter than its array.

    Example:
        >>> batches = stream_batches((np.arange(5),), np.arange(5, dtype=np.int32), 2, first=1)
        >>> [batch.tolist() for batch, in batches]
        [[2, 3], [4]]
    """
    with ExitStack() as opened:
        readers = [_reader(each, opened) for each in arrays]

        def read(start: int) -> tuple[NDArray[Any], ...]:
            rows = order[start : start + batch_size]
            wanted = [rows] if partners is None else [rows, partners[rows]]
            return tuple(reader(each) for each in wanted for reader in readers)

        starts = range(first * batch_size, len(order), batch_size)
        yield from map_ahead(read, starts, threads=1, ahead=_AHEAD)


def _reader(
    array: NDArray[Any] | MappedSubset, opened: ExitStack
) -> Callable[[NDArray[np.integer]], NDArray[Any]]:
    """What reads rows of an array: from its file where it is a mapping of one, else by indexing."""
    if isinstance(array, MappedSubset):
        read, chosen = _reader(array.whole, opened), array.rows
        return lambda rows: read(chosen[rows])
    base: object = array.base
    if (
        isinstance(array, np.memmap)
        and isinstance(base, mmap.mmap)  # all of it, and not a part
        and array.flags.c_contiguous
        and array.mode in ("r", "r+")
        and array.filename is not None
    ):
        # A file that is gone is there for those who have it mapped.
        with suppress(OSError):
            descriptor = os.open(array.filename, os.O_RDONLY)
            opened.callback(os.close, descriptor)
            return lambda rows: _read_rows(descriptor, array, rows)
    return array.__getitem__


def _read_rows(
    descriptor: int, array: np.memmap[Any, Any], rows: NDArray[np.integer]
) -> NDArray[Any]:
    """Rows of a memory-mapped array, from its file: in its order, neighbours at once."""
    batch = np.empty((len(rows), *array.shape[1:]), array.dtype)
    size = batch.nbytes // max(1, len(rows))
    target = batch.reshape(-1).view(np.uint8).data
    cuts = [0, *(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)]
    for row, begin, end in sorted((int(rows[a]), a * size, b * size) for a, b in pairwise(cuts)):
        offset = array.offset + row * size
        while begin < end:
            part = os.pread(descriptor, end - begin, offset)
            if not part:
                raise DatasetError(f"{array.filename} has become shorter. Start again.")
            target[begin : begin + len(part)] = part
            begin, offset = begin + len(part), offset + len(part)
    return batch


def _memory() -> int:
    """How many bytes of memory this process may have."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    # "max", or no such file, where no container sets a limit.
    with suppress(OSError, ValueError):
        limits.append(int(_CGROUP_LIMIT.read_text(encoding="ascii")))
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
        limit, _ = resource.getrlimit(kind)
        if limit != resource.RLIM_INFINITY:
            limits.append(limit)
    return min(limits)
