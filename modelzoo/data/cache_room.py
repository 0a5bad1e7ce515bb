"""The room that sets of images take in the cache folder, up to a size in all.

A set is a folder of decoded images (:mod:`modelzoo.data.image_cache`) or of unpacked image files
(:mod:`modelzoo.data.unpack`). In it, a lock on one file says that the set is in use, and the time
of ``about.json`` when that was the last time.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any

from modelzoo.data.download import writing_to_cache
from modelzoo.errors import ConfigError
from modelzoo.storage import make_folder, no_empty_folders_left

__all__ = [
    "ABOUT",
    "DECODED",
    "UNPACKED",
    "cache_limit",
    "hold",
    "is_there",
    "make_room",
    "mark_used",
    "only_writer",
]

ABOUT = "about.json"
"""The file of a set that describes it."""
DECODED, UNPACKED = "images.uint8", "labels.npz"
"""The files of a set that are locked."""

# The folders of the cache folder that have sets in them.
_LOCKED = {"decoded": DECODED, "unpacked": UNPACKED}
_DEFAULT_LIMIT = "20GB"
_UNITS = {
    "": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
# After that a folder without any description is not one that is just being begun.
_SECONDS_TO_BEGIN = 60


def cache_limit() -> int:
    """How many bytes all decoded and unpacked images in the cache folder may take.

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


def hold(file: FileIO) -> None:
    """Keep a set from being deleted to make room.

    Args:
        file: The file of the set that is locked; the lock lasts for as long as it is open or
            mapped: a mapping has a duplicate of the descriptor, which shares its lock.
    """
    # Where a file system has no locks, nothing can be deleted either.
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)


def is_there(file: IO[Any], path: Path) -> bool:
    """Whether an open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def mark_used(folder: Path) -> None:
    """Say that a set was used now."""
    with suppress(OSError):
        os.utime(folder / ABOUT)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until no other process writes the same set, and keep others from it.

    Args:
        folder: Where it is to be written.

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
            if is_there(file, path):
                break
            # The one who was waited for has deleted it.
        held.callback(path.unlink, missing_ok=True)
        yield


def make_room(newest: Path, *, size: int | None = None) -> None:
    """Delete the sets that were used longest ago until all are within the limit.

    Those that a running process uses stay, and so does the newest.

    Args:
        newest: The folder that was written last, or is to be written next.
        size: How many bytes it will take, before it is written. For one that is larger than the
            limit by itself nothing is deleted before it is there.

    Raises:
        ConfigError: The limit is no size.
    """
    limit = cache_limit()
    if size is not None and size > limit:
        return
    own_size = _size(newest) if size is None else size
    others = {folder: _size(folder) for folder in _sets(newest.parent.parent) if folder != newest}
    if own_size > limit:
        warnings.warn(
            f"The images in {newest} take {_readable(own_size)}, more than the "
            f"{_readable(limit)} that the cache folder may hold. They are kept until others "
            "need the room. The variable MODELZOO_CACHE_SIZE=SIZE allows more.",
            stacklevel=2,
        )
    total = own_size + sum(others.values())
    for folder in sorted(others, key=_last_used):
        if total <= limit:
            break
        if _delete_unused(folder):
            total -= others[folder]


def _sets(cache: Path) -> list[Path]:
    found: list[Path] = []
    for name in _LOCKED:
        with suppress(FileNotFoundError):
            found += (cache / name).iterdir()
    return found


def _delete_unused(folder: Path) -> bool:
    if not (folder / ABOUT).exists() and time.time() - _last_used(folder) < _SECONDS_TO_BEGIN:
        return False
    locked = folder / _LOCKED[folder.parent.name]
    try:
        with locked.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not is_there(file, locked):
                return False
            shutil.rmtree(folder)
    except OSError:
        return False
    return True


def _size(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            # Another process may be deleting it.
            with suppress(OSError):
                total += Path(parent, name).stat().st_size
    return total


def _last_used(folder: Path) -> float:
    for path in (folder / ABOUT, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _readable(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:,} bytes"
