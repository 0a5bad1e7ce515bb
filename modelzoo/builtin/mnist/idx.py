"""The IDX file format of MNIST and of the datasets that follow it."""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from modelzoo.data import ArraySplit
from modelzoo.errors import DatasetError

__all__ = ["IDX_FILES", "find_idx_file", "parse_idx", "read_idx_splits"]

IDX_FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    }
)
"""The files of images and labels of each split, without the ending ``.gz``."""

_PUBLISHED_ENTRIES = {"train": 60_000, "t10k": 10_000}
_UNSIGNED_BYTE = 8


def read_idx_splits(
    folder: Path, sha256: Mapping[str, str], *, own: bool = False
) -> dict[str, ArraySplit]:
    """Read the four files of a dataset in the format of MNIST.

    Args:
        folder: Where they are, compressed (``.gz``) or not.
        sha256: What each file has to hash to when it is unpacked, by its name.
        own: Take files with other than the published 60,000 and 10,000 entries for a user's own,
            of which only the form is checked.

    Returns:
        Splits ``train`` and ``test``: images uint8 ``(n, height, width, 1)``, labels int64
        ``(n,)``.

    Raises:
        DatasetError: A file is missing, damaged, not the right one, or not in this format.
    """
    names = [name for pair in IDX_FILES.values() for name in pair]
    paths = [find_idx_file(folder, name) for name in names]

    def read(path: Path, name: str) -> NDArray[np.uint8]:
        data = _unpacked(path)
        array = parse_idx(data, path)
        if not own or len(array) == _PUBLISHED_ENTRIES[name.partition("-")[0]]:
            _check_hash(data, sha256[name], path)
        return array

    with ThreadPoolExecutor(len(names)) as pool:
        arrays = dict(zip(names, pool.map(read, paths, names), strict=True))
    return {
        split: _split(folder, arrays[images], arrays[labels])
        for split, (images, labels) in IDX_FILES.items()
    }


def find_idx_file(folder: Path, name: str) -> Path:
    """The file of this name in a folder, compressed or not.

    Raises:
        DatasetError: It is not there.
    """
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise DatasetError(f"{folder} has no file {name}.gz (or {name}, unpacked).")


def parse_idx(data: bytes, source: object) -> NDArray[np.uint8]:
    """The array in the bytes of an IDX file.

    The format (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type (8: unsigned byte),
    the number of dimensions, each dimension as a big-endian uint32, and the values.

    Args:
        data: The file's bytes, unpacked.
        source: Where they are from, for errors.

    Returns:
        uint8 of the shape that the file says.

    Raises:
        DatasetError: Another format or type, or not as many bytes as the shape says.

    Example:
        >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]), "three bytes")
        array([7, 8, 9], dtype=uint8)
    """
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != _UNSIGNED_BYTE:
        raise DatasetError(f"{source} is not an IDX file of bytes: it begins {data[:4].hex(' ')}.")
    dimensions = data[3]
    if dimensions == 0:
        raise DatasetError(f"{source} has no dimensions, expected labels or images.")
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise DatasetError(f"{source} ends within its header, after {len(data)} bytes.")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    if len(data) != start + math.prod(shape):
        raise DatasetError(
            f"{source} should hold values of shape {shape}, {math.prod(shape)} bytes, "
            f"but there are {len(data) - start}. Get it again."
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _check_hash(data: bytes, expected: str, path: Path) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise DatasetError(
            f"{path} is not the original file: its content has SHA-256 {found}, expected "
            f"{expected}. Delete it and get it again, or use dataset 'npz' for images of your own."
        )


def _unpacked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} can't be read: {error}. Get it again.") from error


def _split(folder: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> ArraySplit:
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise DatasetError(
            f"The files in {folder} hold images of shape {images.shape} and labels of shape "
            f"{labels.shape}, expected (images, height, width) and (images,)."
        )
    return ArraySplit(images[..., None], labels.astype(np.int64))
