"""Splits to arrays of the model's input shape: decoded once, then kept."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import PIL
from numpy.typing import NDArray

from modelzoo.cores import usable_cores
from modelzoo.data.cache_room import cache_limit, make_room, only_writer
from modelzoo.data.decode import decode_bytes, fit_image, fit_images
from modelzoo.data.image_cache import find_images, keep_images
from modelzoo.data.parallel import map_ahead
from modelzoo.data.source import ArraySplit, FileSplit, Split
from modelzoo.errors import BadImageError, DatasetError
from modelzoo.progress import progress
from modelzoo.storage import cache_folder

__all__ = ["prepare"]

_FORMAT = 2
# Resized arrays up to this size stay in memory; larger ones go to the cache folder like files.
_BYTES_IN_MEMORY = 2**30
# How many images a thread makes before it hands them over: enough that threads seldom wait for
# each other, too few to fill the memory, even with the pieces that all cores have under way.
_PIECE_IMAGES = 32
_PIECE_BYTES = 2**20

# What was made of an image: the array, or why there is none.
_Made = NDArray[np.uint8] | BadImageError


def prepare(
    split: Split,
    shape: Sequence[int],
    *,
    bad_images: Literal["error", "skip"] = "error",
) -> ArraySplit:
    """Bring a split's images to one shape.

    Files are decoded, every one of them, by all cores into an array in the cache folder, which is
    memory-mapped; the next time it is found there by the files' contents and the shape. All such
    arrays together take the size of :func:`modelzoo.data.cache_room.cache_limit` at most: those
    that were not used for the longest time, and are not in use now, are deleted before a new one
    is written.

    Args:
        split: Images or files.
        shape: ``(height, width, channels)`` to have, as for
            :func:`modelzoo.data.decode.decode_image`.
        bad_images: What to do with a file that is not a whole image: raise an error, or leave it
            out and list it in a warning.

    Returns:
        uint8 images ``(n, *shape)`` and their labels, in the order of ``split``.

    Raises:
        BadImageError: A file is not a whole image; the message has its path.
        DatasetError: A file was changed meanwhile, or no image is left.
        ConfigError: The limit of the cache folder's size is no size.
        StorageError: The cache folder can't be written.

    Example:
        >>> split = ArraySplit(np.zeros((5, 28, 28, 1), np.uint8), np.arange(5))
        >>> prepare(split, (32, 32, 3)).images.shape
        (5, 32, 32, 3)
    """
    shape = tuple(shape)
    if isinstance(split, ArraySplit) and (
        split.images.shape[1:] == shape or len(split) * np.prod(shape) <= _BYTES_IN_MEMORY
    ):
        return ArraySplit(fit_images(split.images, shape), split.labels)
    cache_limit()  # a wrong one is to be told now, not after the work
    folder = cache_folder() / "decoded" / _key(split, shape)
    kept = find_images(folder, shape)
    if kept is None:
        with only_writer(folder):
            # Where another process was waited for, it has left them.
            kept = find_images(folder, shape)
            if kept is None:
                make_room(folder, size=len(split) * math.prod(shape))
                bad: list[int] = []
                pieces = _pieces(split, shape, bad, skip=bad_images == "skip")
                kept = keep_images(folder, shape, pieces, bad)
        make_room(folder)
    images, bad = kept
    if not bad:
        return ArraySplit(images, split.labels)
    assert isinstance(split, FileSplit)
    paths = [split.paths[index] for index in bad]
    if bad_images == "error":
        # They were left out the last time; now the first one is to be explained.
        made = _made(split, shape, bad[0])
        assert isinstance(made, BadImageError), paths[0]
        raise _with_advice(made) from made
    _report(paths, len(split))
    good = np.ones(len(split), np.bool_)
    good[bad] = False
    return ArraySplit(images, split.labels[good])


def _key(split: Split, shape: Sequence[int]) -> str:
    # Two versions of the decoder may round differently.
    about = f"{_FORMAT} {tuple(shape)} Pillow {PIL.__version__}"
    if isinstance(split, ArraySplit):
        # Pixels are hashed without their shape.
        about += f" from {split.images.shape[1:]}"
    hashes = split.content_hashes()
    return hashlib.blake2b(b"".join([about.encode(), *hashes]), digest_size=16).hexdigest()


def _pieces(
    split: Split, shape: tuple[int, ...], bad: list[int], *, skip: bool
) -> Iterator[NDArray[np.uint8]]:
    """All images in order, some at a time; the indices of those left out are added to ``bad``."""
    length = max(1, min(_PIECE_IMAGES, _PIECE_BYTES // math.prod(shape)))
    cores = usable_cores()
    all_made = map_ahead(
        lambda indices: [_made(split, shape, index) for index in indices],
        (range(first, min(first + length, len(split))) for first in range(0, len(split), length)),
        threads=cores,
        ahead=2 * cores,
    )
    index = 0
    with progress(len(split), "Decoding images") as bar:
        for made in all_made:
            piece = np.empty((len(made), *shape), np.uint8)
            good = 0
            for each in made:
                if not isinstance(each, BadImageError):
                    piece[good] = each
                    good += 1
                elif skip:
                    bad.append(index)
                else:
                    raise _with_advice(each) from each
                index += 1
            yield piece[:good]
            bar.advance(len(made))
    if len(bad) == len(split):
        raise DatasetError(f"None of {len(split)} images can be decoded.")


def _made(split: Split, shape: tuple[int, ...], index: int) -> _Made:
    """An image of a split in its new shape, or why there is none."""
    if isinstance(split, ArraySplit):
        return fit_image(split.images[index], shape)
    try:
        return decode_bytes(split.read(index), shape, name=str(split.paths[index]))
    except BadImageError as error:
        return error


def _with_advice(error: BadImageError) -> BadImageError:
    return BadImageError(
        f"{error} Repair or delete the file, or have such files left out: bad_images='skip', or "
        "--config bad_images=skip on the command line."
    )


def _report(paths: Sequence[Path], total: int) -> None:
    listed = "\n  ".join(map(str, paths))
    warnings.warn(
        f"{len(paths)} of {total} images can't be decoded and are left out:\n  {listed}",
        stacklevel=3,
    )
