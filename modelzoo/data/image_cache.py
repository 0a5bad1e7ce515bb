"""Decoded images on disk: each set in a folder of its own, up to a size in all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
import shutil
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.download import writing_to_cache
from modelzoo.data.hashing import DIGEST_SIZE, settled, stamp_of
from modelzoo.errors import ConfigError, StorageError
from modelzoo.storage import atomic_folder, make_folder, no_empty_folders_left, write_json

__all__ = ["cache_limit", "find_images", "keep_images", "make_room", "only_writer"]

_IMAGES, _ABOUT = "images.uint8", "about.json"
_DEFAULT_LIMIT = "20GB"
_UNITS = {
    "": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
_READ_BYTES = 2**20
# After that a folder without any description is not one that is just being begun.
_SECONDS_TO_BEGIN = 60


def cache_limit() -> int:
    """How many bytes all decoded images in the cache folder may take.

    Returns:
        The environment variable ``MODELZOO_CACHE_SIZE``, such as ``"500MB"``, ``"20GB"`` or
        ``"1.5TiB"``; default: 20 GB.

    Raises:
        ConfigError: It is no such size.

    Example:
        >>> cache_limit() > 0
        True
    """
    given = os.environ.get("MODELZOO_CACHE_SIZE") or _DEFAULT_LIMIT
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", given)
    if match is None or match[2].upper() not in _UNITS:
        raise ConfigError(
            f"MODELZOO_CACHE_SIZE is {given!r}, expected a size such as 500MB or {_DEFAULT_LIMIT}."
        )
    return int(float(match[1]) * _UNITS[match[2].upper()])


def find_images(folder: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], Any] | None:
    """Images that are kept; as long as the array or a part of it lives, they stay there.

    They are hashed to see that they are what was written, unless nobody has written to the file
    since that was seen: the rule is that of :func:`modelzoo.data.hashing.hash_files`.

    Args:
        folder: What :func:`keep_images` wrote.
        shape: ``(height, width, channels)`` of the images.

    Returns:
        uint8 ``(n, *shape)``, memory-mapped, and what was to be remembered with them; ``None``
        where they are not there whole.
    """
    try:
        with (folder / _IMAGES).open("rb", buffering=0) as file:
            _hold(file)
            # It may have been deleted just before that.
            if not _is_there(file, folder / _IMAGES):
                return None
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            if not _is_whole(file, folder, about):
                return None
            return _mapped(file, shape), about["with"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    finally:
        # When they were last used.
        with suppress(OSError):
            os.utime(folder / _ABOUT)


def keep_images(
    folder: Path,
    shape: tuple[int, ...],
    pieces: Iterable[NDArray[np.uint8]],
    remembered: Any,
) -> tuple[NDArray[np.uint8], Any]:
    """Write images, whole or not at all.

    Args:
        folder: Where to; what is there is replaced.
        shape: ``(height, width, channels)`` of the images.
        pieces: Some images at a time, uint8 ``(n, *shape)``; not all of them without any.
        remembered: JSON data to remember with them, as it is after the last piece.

    Returns:
        What :func:`find_images` does.

    Raises:
        StorageError: They can't be written.
    """
    hasher = _hasher()
    with ExitStack() as held:
        with writing_to_cache(), atomic_folder(folder) as temporary:
            _hold(held.enter_context((temporary / _IMAGES).open("w+b", buffering=0)))
            with (temporary / _IMAGES).open("wb") as file:
                for each in pieces:
                    file.write(each.data)
                    hasher.update(each.data)
            about = {"blake2b": hasher.hexdigest(), "stamp": None, "with": remembered}
            write_json(temporary / _ABOUT, about)
        # Held from the first byte until they are mapped: nobody makes room of them in between.
        with (folder / _IMAGES).open("rb", buffering=0) as file:
            _hold(file)
            return _mapped(file, shape), remembered


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until no other process writes the same images, and keep others from it.

    Args:
        folder: Where they are to be written.

    Raises:
        StorageError: Nothing can be written there.
    """
    path = folder.with_name(f"{folder.name}.lock")
    with no_empty_folders_left(folder), ExitStack() as held:
        while True:
            with writing_to_cache():
                make_folder(path.parent)
            file = held.enter_context(path.open("w"))
            # Where a file system has no locks, two may write at once, and the last one wins.
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX)
            if _is_there(file, path):
                break
            # The one who was waited for has deleted it.
        held.callback(path.unlink, missing_ok=True)
        yield


def make_room(newest: Path) -> None:
    """Delete the sets of images that were used longest ago until all are within the limit.

    Those that a running process has mapped stay, and so does the newest.

    Args:
        newest: The folder that was written last.

    Raises:
        ConfigError: The limit is no size.
    """
    limit = cache_limit()
    own_size = _size(newest)
    others = {folder: _size(folder) for folder in newest.parent.iterdir() if folder != newest}
    if own_size > limit:
        warnings.warn(
            f"The decoded images take {_readable(own_size)}, more than the "
            f"{_readable(limit)} that the cache folder may hold. They are kept until others "
            "are decoded. The variable MODELZOO_CACHE_SIZE=SIZE allows more.",
            stacklevel=2,
        )
    total = own_size + sum(others.values())
    for folder in sorted(others, key=_last_used):
        if total <= limit:
            break
        if _delete_unused(folder):
            total -= others[folder]


def _hold(file: FileIO) -> None:
    """Keep a file from being deleted to make room, for as long as it is open or mapped.

    A mapping has a duplicate of the descriptor, which shares its lock.
    """
    # Where a file system has no locks, nothing can be deleted either.
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)


def _mapped(file: FileIO, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    n = os.fstat(file.fileno()).st_size // math.prod(shape)
    return np.memmap(file, np.uint8, "r", shape=(n, *shape))


def _delete_unused(folder: Path) -> bool:
    if not (folder / _ABOUT).exists() and time.time() - _last_used(folder) < _SECONDS_TO_BEGIN:
        return False
    try:
        with (folder / _IMAGES).open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _is_there(file, folder / _IMAGES):
                return False
            shutil.rmtree(folder)
    except OSError:
        return False
    return True


def _is_there(file: IO[Any], path: Path) -> bool:
    """Whether an open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _is_whole(file: FileIO, folder: Path, about: dict[str, Any]) -> bool:
    began = time.time_ns()
    stamp = stamp_of(os.fstat(file.fileno()))
    if about["stamp"] == list(stamp):
        return True
    hasher = _hasher()
    while part := file.read(_READ_BYTES):
        hasher.update(part)
    if hasher.hexdigest() != about["blake2b"]:
        return False
    if settled(stamp, began) and stamp == stamp_of(os.fstat(file.fileno())):
        # Without it they are hashed again the next time, and that is all.
        with suppress(StorageError):
            write_json(folder / _ABOUT, {**about, "stamp": stamp})
    return True


def _hasher() -> Any:
    return hashlib.blake2b(digest_size=DIGEST_SIZE)


def _size(folder: Path) -> int:
    total = 0
    # Another process may be deleting it.
    with suppress(OSError):
        for path in folder.iterdir():
            total += path.stat().st_size
    return total


def _last_used(folder: Path) -> float:
    for path in (folder / _ABOUT, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _readable(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:,} bytes"
