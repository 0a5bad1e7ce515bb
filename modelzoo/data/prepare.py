"""From a split to uint8 images of one shape, decoded once and kept in a cache on disk."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.decode import decode_image, fit_images
from modelzoo.data.download import cache_folder
from modelzoo.data.source import ArraySplit, FileSplit, Split
from modelzoo.errors import BadImageError, DatasetError
from modelzoo.progress import progress
from modelzoo.registry import Shape
from modelzoo.storage import atomic_file, make_folder

__all__ = ["prepare"]

# Changes when decoding does: what is in the cache was decoded in the old way.
_DECODING = "1"
_SHOWN_BAD_FILES = 5


def prepare(
    split: Split, shape: Shape, *, bad_images: Literal["error", "skip"] = "error"
) -> ArraySplit:
    """Images of one shape, whatever the split holds.

    Every file is decoded before any is used, by as many threads as there are cores. The result is
    kept in the cache folder under a hash of the files' contents, and memory-mapped from there.

    Args:
        split: Arrays, or files.
        shape: ``(height, width, channels)``.
        bad_images: ``"error"``, or ``"skip"`` to leave out files that are no images, with a
            warning that lists them.

    Returns:
        uint8 ``(n, *shape)`` with the labels.

    Raises:
        BadImageError: A file is not an image.
        DatasetError: No image is left.
        StorageError: The cache can't be written.

    Example:
        >>> split = ArraySplit(np.zeros((2, 28, 28, 1), np.uint8), np.zeros(2))
        >>> prepare(split, (32, 32, 3)).images.shape
        (2, 32, 32, 3)
    """
    if isinstance(split, ArraySplit):
        return ArraySplit(fit_images(split.images, shape), split.labels)
    cached = _cache_path(split, shape)
    images = _read(cached, (len(split), *shape))
    if images is None:
        images, bad = _decode_all(split.paths, shape)
        if bad:
            return _without(split, images, bad, bad_images)
        make_folder(cached.parent)
        with atomic_file(cached) as temporary, temporary.open("wb") as file:
            np.save(file, images)
        images = _read(cached, (len(split), *shape))
        assert images is not None
    return ArraySplit(images, split.labels)


def _cache_path(split: FileSplit, shape: Shape) -> Path:
    digest = hashlib.blake2b(f"{_DECODING} {shape}".encode(), digest_size=16)
    for each in split.content_hashes():
        digest.update(each)
    return cache_folder() / "images" / f"{digest.hexdigest()}.npy"


def _read(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    """The cached images; None where there are none, or not what they should be."""
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return images if images.shape == shape and images.dtype == np.uint8 else None


def _decode_all(
    paths: Sequence[Path], shape: Shape
) -> tuple[NDArray[np.uint8], dict[int, BadImageError]]:
    images = np.zeros((len(paths), *shape), np.uint8)
    bad: dict[int, BadImageError] = {}

    def decode(index: int) -> None:
        try:
            images[index] = decode_image(paths[index], shape)
        except BadImageError as error:
            bad[index] = error

    with (
        progress(len(paths), "Decoding images") as bar,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        for _ in pool.map(decode, range(len(paths))):
            bar.advance()
    return images, bad


def _without(
    split: FileSplit, images: NDArray[np.uint8], bad: dict[int, BadImageError], bad_images: str
) -> ArraySplit:
    first = bad[min(bad)]
    if bad_images == "error":
        more = f" ({len(bad) - 1} more files are bad, too.)" if len(bad) > 1 else ""
        raise BadImageError(f"{first}{more}")
    keep = np.ones(len(split), bool)
    keep[list(bad)] = False
    if not keep.any():
        raise DatasetError(f"None of the {len(split)} files is an image. The first: {first}")
    names = [str(split.paths[index]) for index in sorted(bad)]
    shown = ", ".join(names[:_SHOWN_BAD_FILES])
    more = f" and {len(names) - _SHOWN_BAD_FILES} more" if len(names) > _SHOWN_BAD_FILES else ""
    warnings.warn(
        f"{len(names)} of {len(split)} files are no images and were left out: {shown}{more}",
        stacklevel=3,
    )
    return ArraySplit(images[keep], split.labels[keep])
