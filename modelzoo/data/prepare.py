"""Splits to arrays of the model's input shape: decoded once, then kept."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import PIL
from numpy.typing import NDArray

from modelzoo.data.decode import (
    decode_bytes,
    decode_image,
    fit_image,
    fit_images,
    read_image_file,
)
from modelzoo.data.download import cache_folder, writing_to_cache
from modelzoo.data.source import ArraySplit, FileSplit, Split, content_hash
from modelzoo.errors import BadImageError, DatasetError
from modelzoo.progress import progress
from modelzoo.storage import atomic_folder, write_json

__all__ = ["prepare"]

_FORMAT = 1
# Resized arrays up to this size stay in memory; larger ones go to the cache folder like files.
_BYTES_IN_MEMORY = 2**30
# How many images are under way at once: enough to keep all cores busy, too few to fill the memory.
_BLOCK = 512


def prepare(
    split: Split,
    shape: Sequence[int],
    *,
    fingerprint: str,
    bad_images: Literal["error", "skip"] = "error",
) -> ArraySplit:
    """Bring a split's images to one shape.

    Files are decoded, every one of them, by all cores into an array in the cache folder, which is
    memory-mapped; the next time it is found there by the files' contents and the shape.

    Args:
        split: Images or files.
        shape: ``(height, width, channels)`` to have, as for
            :func:`modelzoo.data.decode.decode_image`.
        fingerprint: The dataset's; begins the name of the folder in the cache.
        bad_images: What to do with a file that is not a whole image: raise an error, or leave it
            out and list it in a warning.

    Returns:
        uint8 images ``(n, *shape)`` and their labels, in the order of ``split``.

    Raises:
        BadImageError: A file is not a whole image; the message has its path.
        DatasetError: A file was changed meanwhile, or no image is left.
        StorageError: The cache folder can't be written.

    Example:
        >>> split = ArraySplit(np.zeros((5, 28, 28, 1), np.uint8), np.arange(5))
        >>> prepare(split, (32, 32, 3), fingerprint="").images.shape
        (5, 32, 32, 3)
    """
    shape = tuple(shape)
    if isinstance(split, ArraySplit) and (
        split.images.shape[1:] == shape or len(split) * np.prod(shape) <= _BYTES_IN_MEMORY
    ):
        return ArraySplit(fit_images(split.images, shape), split.labels)
    hashes = split.content_hashes()
    folder = cache_folder() / "decoded" / f"{fingerprint[:8]}-{_key(hashes, shape)}"
    kept = _read(folder, len(split), shape)
    if kept is None:
        _write(folder, split, hashes, shape, skip=bad_images == "skip")
        kept = _read(folder, len(split), shape)
        assert kept is not None, folder
    images, bad = kept
    if not bad:
        return ArraySplit(images, split.labels)
    assert isinstance(split, FileSplit)
    paths = [split.paths[index] for index in bad]
    if bad_images == "error":
        # They were left out the last time; now the first one is to be explained.
        try:
            decode_image(paths[0], shape)
        except BadImageError as error:
            raise _with_advice(error) from error
    _report(paths, len(split))
    good = np.ones(len(split), np.bool_)
    good[bad] = False
    return ArraySplit(images, split.labels[good])


def _key(hashes: Sequence[bytes], shape: Sequence[int]) -> str:
    # Two versions of the decoder may round differently.
    about = f"{_FORMAT} {tuple(shape)} Pillow {PIL.__version__}"
    return hashlib.blake2b(b"".join([about.encode(), *hashes]), digest_size=16).hexdigest()


def _read(
    folder: Path, count: int, shape: tuple[int, ...]
) -> tuple[NDArray[np.uint8], list[int]] | None:
    """The images and the indices of those left out; ``None`` where they are not there whole."""
    path = folder / "images.npy"
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        with path.open("rb") as file:
            if hashlib.file_digest(file, _hasher).hexdigest() != about["blake2b"]:
                return None
        bad: list[int] = about["bad"]
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if images.dtype != np.uint8 or images.shape != (count - len(bad), *shape):
        return None
    return images, bad


def _write(
    folder: Path, split: Split, hashes: Sequence[bytes], shape: tuple[int, ...], *, skip: bool
) -> None:
    with writing_to_cache(), atomic_folder(folder) as temporary:
        path = temporary / "images.npy"
        bad = []
        with path.open("wb") as file, progress(len(split), "Decoding images") as bar:
            _write_header(file, (len(split), *shape))
            for index, image in enumerate(_decoded(split, hashes, shape)):
                if not isinstance(image, BadImageError):
                    file.write(image.tobytes())
                elif skip:
                    bad.append(index)
                else:
                    raise _with_advice(image) from image
                bar.advance()
            _write_header(file, (len(split) - len(bad), *shape))
        if len(bad) == len(split):
            raise DatasetError(f"None of {len(split)} images can be decoded.")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, _hasher).hexdigest()
        write_json(temporary / "about.json", {"blake2b": digest, "bad": bad})


def _with_advice(error: BadImageError) -> BadImageError:
    return BadImageError(
        f"{error} Repair or delete the file, or have such files left out: bad_images='skip', or "
        "--config bad_images=skip on the command line."
    )


def _hasher() -> Any:
    return hashlib.blake2b(digest_size=16)


def _write_header(file: BinaryIO, shape: tuple[int, ...]) -> None:
    """Write the header of an .npy file; it is as long for fewer images as for more."""
    file.seek(0)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def _decoded(
    split: Split, hashes: Sequence[bytes], shape: tuple[int, ...]
) -> Iterator[NDArray[np.uint8] | BadImageError]:
    """Each image, or why it is none, in order."""
    work = _decoder(split, hashes, shape)
    with ThreadPoolExecutor() as pool:
        for first in range(0, len(split), _BLOCK):
            yield from pool.map(work, range(first, min(first + _BLOCK, len(split))))


def _decoder(
    split: Split, hashes: Sequence[bytes], shape: tuple[int, ...]
) -> Callable[[int], NDArray[np.uint8] | BadImageError]:
    if isinstance(split, ArraySplit):
        images = split.images
        return lambda index: fit_image(images[index], shape)
    paths = split.paths

    def decode(index: int) -> NDArray[np.uint8] | BadImageError:
        path = paths[index]
        try:
            data = read_image_file(path)
            # What is kept under a hash has to be what was hashed.
            if content_hash(data) != hashes[index]:
                raise DatasetError(f"{path} was changed while it was read. Start again.")
            return decode_bytes(data, shape, name=str(path))
        except BadImageError as error:
            return error

    return decode


def _report(paths: Sequence[Path], total: int) -> None:
    listed = "\n  ".join(map(str, paths))
    warnings.warn(
        f"{len(paths)} of {total} images can't be decoded and are left out:\n  {listed}",
        stacklevel=3,
    )
