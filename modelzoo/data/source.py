"""What a dataset adapter returns: named splits of images and labels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.hashing import (
    DIGEST_SIZE,
    FileContents,
    content_hash,
    hash_files,
    read_file,
)
from modelzoo.data.mapped_subset import MappedSubset
from modelzoo.errors import ArrayError, BadImageError, DatasetError

__all__ = ["ArraySplit", "Dataset", "FileSplit", "Split"]


@dataclass(frozen=True, slots=True, eq=False)
class ArraySplit:
    """Images in memory (or memory-mapped) and their labels.

    Attributes:
        images: uint8 ``(n, height, width, channels)``, 0-255. Those of a :meth:`subset` of a
            memory-mapped array stay in its file: ``numpy.asarray(images)`` makes them an array.
        labels: One label per image: class indices ``(n,)``, 0/1 ``(n, classes)``, or values
            ``(n,)`` or ``(n, values)``.

    Raises:
        ArrayError: No NumPy arrays, wrong shape or dtype, or not as many labels as images.

    Example:
        >>> split = ArraySplit(np.zeros((3, 8, 8, 1), np.uint8), np.array([0, 1, 0]))
        >>> len(split)
        3
    """

    images: NDArray[np.uint8] | MappedSubset
    labels: NDArray[Any]

    def __post_init__(self) -> None:
        if not isinstance(self.images, MappedSubset):
            _check_array("Images", self.images)
        if self.images.ndim != 4 or self.images.dtype != np.uint8:
            raise ArrayError(
                f"Images are {self.images.dtype} of shape {self.images.shape}, expected uint8 of "
                "shape (images, height, width, channels)."
            )
        _check_labels(len(self.images), self.labels)

    def __len__(self) -> int:
        return len(self.images)

    def content_hashes(self) -> list[bytes]:
        """A hash of each image's pixels; equal images have equal hashes."""
        return [content_hash(np.ascontiguousarray(image).data) for image in self.images]

    def subset(self, chosen: NDArray[np.bool_]) -> ArraySplit:
        """The images and labels where ``chosen``, bool ``(n,)``, is true."""
        if isinstance(self.images, MappedSubset):
            return ArraySplit(self.images.subset(chosen), self.labels[chosen])
        if isinstance(self.images, np.memmap):
            mapped = MappedSubset(self.images, np.flatnonzero(chosen))
            return ArraySplit(mapped, self.labels[chosen])
        return ArraySplit(self.images[chosen], self.labels[chosen])


@dataclass(frozen=True, eq=False)
class FileSplit:
    """Image files and their labels.

    Attributes:
        paths: The files.
        labels: One label per file, as in :class:`ArraySplit`.
        contents: What is in the files, where it is known already.

    Raises:
        ArrayError: The labels are no NumPy array, or not as many as files.

    Example:
        >>> split = FileSplit([Path("a.jpg"), Path("b.jpg")], np.array([0, 1]))
        >>> len(split)
        2
    """

    paths: Sequence[Path]
    labels: NDArray[Any]
    contents: FileContents | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check_labels(len(self.paths), self.labels)

    def __len__(self) -> int:
        return len(self.paths)

    def content_hashes(self) -> list[bytes]:
        """A hash of each file's bytes; copies of a file have equal hashes.

        The files are read once, or not at all where nothing was written to them since they were
        hashed the last time. One that can't be read has the hash of an empty one: neither is an
        image, which is said when it is to be decoded.
        """
        return [each.tobytes() for each in self._known.hashes]

    @cached_property
    def _known(self) -> FileContents:
        return hash_files(self.paths) if self.contents is None else self.contents

    def read(self, index: int) -> bytes:
        """The bytes of a file: those that were hashed.

        Raises:
            BadImageError: It can't be read.
            DatasetError: It has been changed since.
        """
        path = self.paths[index]
        try:
            data, stamp = read_file(path)
        except OSError as error:
            raise BadImageError(f"{path} can't be read: {error.strerror or error}.") from error
        known = self._known
        is_stamped = stamp == tuple(known.stamps[index].tolist())
        if not is_stamped and content_hash(data) != known.hashes[index].tobytes():
            raise DatasetError(f"{path} was changed while it was read. Start again.")
        return data

    def subset(self, chosen: NDArray[np.bool_]) -> FileSplit:
        """The files and labels where ``chosen``, bool ``(n,)``, is true."""
        paths = [self.paths[index] for index in np.flatnonzero(chosen).tolist()]
        return FileSplit(paths, self.labels[chosen], self._known.subset(chosen))


Split: TypeAlias = ArraySplit | FileSplit


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Named splits with the classes' names.

    Attributes:
        name: The dataset's name.
        splits: ``"train"``, and ``"val"`` and ``"test"`` where there are such.
        classes: Names of the classes, in the order of their indices; for values their names.

    Raises:
        DatasetError: There is no training split, or a split is empty.
    """

    name: str
    splits: Mapping[str, Split]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if "train" not in self.splits:
            raise DatasetError(
                f"Dataset {self.name!r} has splits {', '.join(self.splits) or 'none'}, "
                "expected at least 'train'."
            )
        for name, split in self.splits.items():
            if len(split) == 0:
                raise DatasetError(f"Split {name!r} of dataset {self.name!r} has no images.")

    @property
    def num_classes(self) -> int:
        """How many classes (or values) there are."""
        return len(self.classes)

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that change with any image, label, split or class name."""
        digest = hashlib.blake2b(digest_size=DIGEST_SIZE)
        for class_name in self.classes:
            digest.update(class_name.encode() + b"\0")
        for name, split in sorted(self.splits.items()):
            digest.update(f"{name}\0{split.labels.dtype}\0".encode())
            digest.update(np.ascontiguousarray(split.labels).data)
            for each in split.content_hashes():
                digest.update(each)
        return digest.hexdigest()


def _check_array(what: str, given: object) -> None:
    if not isinstance(given, np.ndarray):
        raise ArrayError(
            f"{what} are a {type(given).__name__}, expected a NumPy array. "
            "Convert it: numpy.asarray(...)."
        )


def _check_labels(images: int, labels: NDArray[Any]) -> None:
    _check_array("Labels", labels)
    if labels.ndim == 0:
        raise ArrayError(f"Labels are a single value, expected one for each of {images} images.")
    if images != len(labels):
        raise ArrayError(
            f"There are {images} images and {len(labels)} labels, expected one for each."
        )
