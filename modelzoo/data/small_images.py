"""Small encoded images of one size, of a source that gives them one by one, as one array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from itertools import islice
from operator import length_hint
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from modelzoo.cores import usable_cores
from modelzoo.data.cache_room import cache_limit, make_room, only_writer
from modelzoo.data.decode import FORMATS, decode_bytes
from modelzoo.data.image_cache import find_images, keep_images
from modelzoo.data.parallel import map_ahead
from modelzoo.data.source import ArraySplit
from modelzoo.data.source_errors import read_from_source, source_errors
from modelzoo.data.unpack import stacked_labels, unpacked_folder
from modelzoo.errors import DatasetError
from modelzoo.progress import progress

__all__ = ["unpack_arrays"]

_PIECE_IMAGES = 256


def unpack_arrays(
    key: str, shape: Sequence[int], splits: Mapping[str, Iterable[tuple[bytes, Any]]]
) -> dict[str, ArraySplit]:
    """Decoded images of a source that gives them one by one, where all have one small size.

    As :func:`modelzoo.data.unpack_images`, for images whose files would each take more room and
    time than their pixels do: each split is decoded once, into one array in the folder
    ``decoded`` of the cache folder, with its labels beside it, and is memory-mapped from there.

    Args:
        key: As for :func:`modelzoo.data.unpack_images`.
        shape: ``(height, width, channels)`` that all images have; 1 or 3 channels.
        splits: As for :func:`modelzoo.data.unpack_images`.

    Returns:
        uint8 images ``(n, *shape)`` for each name, in the order that they were given in, with
        labels ``(n,)`` or ``(n, values)``: int64 or float64.

    Raises:
        BadImageError: An image can't be decoded; the message has its place.
        DatasetError: An image has another size, or a split has none.
        LabelError: The labels of a split are not all numbers, or not equally many for each image.
        ConfigError: The limit of the cache folder's size is no size.
        StorageError: The cache folder can't be written.

    Example:
        >>> buffer = BytesIO()
        >>> Image.new("L", (4, 2), 7).save(buffer, "PNG")
        >>> rows = [(buffer.getvalue(), 1), (buffer.getvalue(), 0)]
        >>> split = unpack_arrays("docs example 1.0", (2, 4, 1), {"train": rows})["train"]
        >>> split.images.shape, split.labels
        ((2, 2, 4, 1), array([1, 0]))
    """
    cache_limit()  # a wrong one is to be told now, not after the work
    size = tuple(shape)
    return {name: _unpacked(key, size, name, images) for name, images in splits.items()}


def _unpacked(
    key: str, shape: tuple[int, ...], split: str, images: Iterable[tuple[bytes, Any]]
) -> ArraySplit:
    folder = unpacked_folder("decoded", f"{key}, {shape}", split)
    found = _find(folder, shape)
    if found is None:
        with only_writer(folder):
            # Where another process was waited for, it has left them.
            found = _find(folder, shape)
            if found is None:
                with source_errors():
                    found = _write(folder, shape, images, f"{split!r} of {key}")
        make_room(folder)
    return found


def _find(folder: Path, shape: tuple[int, ...]) -> ArraySplit | None:
    kept = find_images(folder, shape)
    if kept is None:
        return None
    images, labels = kept
    return ArraySplit(images, np.asarray(labels))


def _write(
    folder: Path, shape: tuple[int, ...], images: Iterable[tuple[bytes, Any]], where: str
) -> ArraySplit:
    labels: list[Any] = []
    pieces = _pieces(images, shape, where, labels)
    kept, _ = keep_images(folder, shape, pieces, labels)
    return ArraySplit(kept, np.asarray(labels))


def _pieces(
    images: Iterable[tuple[bytes, Any]],
    shape: tuple[int, ...],
    where: str,
    labels: list[Any],
) -> Iterator[NDArray[np.uint8]]:
    """All images in order, some at a time; then their labels are in ``labels``, as JSON data."""
    cores = usable_cores()
    with progress(length_hint(images), "Unpacking images") as bar:
        for piece in map_ahead(
            partial(_decoded, shape=shape, where=where),
            _numbered(images, labels),
            threads=cores,
            ahead=2 * cores,
        ):
            yield piece
            bar.advance(len(piece))
    if not labels:
        raise DatasetError(f"Split {where} has no images.")
    labels[:] = stacked_labels(labels).tolist()


def _numbered(
    images: Iterable[tuple[bytes, Any]], labels: list[Any]
) -> Iterator[tuple[int, list[bytes]]]:
    """Some encoded images at a time and the number of the first; adds their labels."""
    source = read_from_source(images)
    while some := list(islice(source, _PIECE_IMAGES)):
        first = len(labels)
        labels += [label for _, label in some]
        yield first, [data for data, _ in some]


def _decoded(
    numbered: tuple[int, list[bytes]], *, shape: tuple[int, ...], where: str
) -> NDArray[np.uint8]:
    first, encoded = numbered
    piece = np.empty((len(encoded), *shape), np.uint8)
    for index, data in enumerate(encoded):
        name = f"Image {first + index} of split {where}"
        _check_size(data, shape, name)
        piece[index] = decode_bytes(data, shape, name=name)
    return piece


def _check_size(data: bytes, shape: tuple[int, ...], name: str) -> None:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            size = image.height, image.width
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return  # which is said when it is decoded
    if size != shape[:2]:
        raise DatasetError(
            f"{name} is {size[0]} x {size[1]} pixels (height x width), expected "
            f"{shape[0]} x {shape[1]} as for all."
        )
