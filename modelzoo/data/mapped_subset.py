"""Some images of a memory-mapped array, which stay in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["MappedSubset"]


@dataclass(frozen=True, slots=True, eq=False)
class MappedSubset:
    """Rows of a memory-mapped array, by their indices: indexing the array would copy them all.

    Attributes:
        whole: The memory-mapped array, ``(n, ...)``.
        rows: Indices of the rows, integers ``(k,)``.

    Example:
        >>> import tempfile
        >>> whole = np.memmap(tempfile.TemporaryFile(), np.uint8, shape=(5, 8, 8, 3))
        >>> some = MappedSubset(whole, np.array([0, 3]))
        >>> some.shape, some[1].shape, some[:1].shape
        ((2, 8, 8, 3), (8, 8, 3), (1, 8, 8, 3))
    """

    whole: np.memmap[Any, np.dtype[Any]]
    rows: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """One row, or a copy of several, by an index, a slice or an array of indices."""
        chosen: NDArray[Any] = self.whole[self.rows[index]]
        return chosen

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self.whole[row] for row in self.rows)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("Some rows of a memory-mapped array are no array without a copy.")
        return np.asarray(self[:], dtype)

    @property
    def shape(self) -> tuple[Any, ...]:
        """``(k, ...)``."""
        return (len(self.rows), *self.whole.shape[1:])

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self.whole.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The whole array's."""
        return self.whole.dtype

    @property
    def nbytes(self) -> int:
        """How many bytes the rows take."""
        return len(self.rows) * self.whole[:1].nbytes

    def subset(self, chosen: NDArray[np.bool_]) -> MappedSubset:
        """The rows where ``chosen``, bool ``(k,)``, is true."""
        return MappedSubset(self.whole, self.rows[chosen])
