"""Decoded images on disk: each set in a folder of its own, known by its hash."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.cache_room import ABOUT, DECODED, hold, is_there, mark_used
from modelzoo.data.download import writing_to_cache
from modelzoo.data.hashing import DIGEST_SIZE, content_hash, settled, stamp_of
from modelzoo.errors import StorageError
from modelzoo.storage import atomic_folder, write_json

__all__ = ["find_images", "keep_images"]

_READ_BYTES = 2**20


def find_images(folder: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], Any] | None:
    """Images that are kept; as long as the array or a part of it lives, they stay there.

    They are hashed to see that they are what was written, unless nobody has written to the file
    since that was seen: the rule is that of :func:`modelzoo.data.hashing.hash_files`. What was
    remembered with them is hashed each time.

    Args:
        folder: What :func:`keep_images` wrote.
        shape: ``(height, width, channels)`` of the images.

    Returns:
        uint8 ``(n, *shape)``, memory-mapped, and what was to be remembered with them; ``None``
        where they are not there whole.
    """
    try:
        with (folder / DECODED).open("rb", buffering=0) as file:
            hold(file)
            # It may have been deleted just before that.
            if not is_there(file, folder / DECODED):
                return None
            about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            if not _is_whole(file, folder, about):
                return None
            return _mapped(file, shape), about["with"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    finally:
        mark_used(folder)


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
            hold(held.enter_context((temporary / DECODED).open("w+b", buffering=0)))
            with (temporary / DECODED).open("wb") as file:
                for each in pieces:
                    file.write(each.data)
                    hasher.update(each.data)
            about = {
                "blake2b": hasher.hexdigest(),
                "stamp": None,
                "with": remembered,
                "with_blake2b": _json_hash(remembered),
            }
            write_json(temporary / ABOUT, about)
        # Held from the first byte until they are mapped: nobody makes room of them in between.
        with (folder / DECODED).open("rb", buffering=0) as file:
            hold(file)
            return _mapped(file, shape), remembered


def _mapped(file: FileIO, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    n = os.fstat(file.fileno()).st_size // math.prod(shape)
    return np.memmap(file, np.uint8, "r", shape=(n, *shape))


def _is_whole(file: FileIO, folder: Path, about: dict[str, Any]) -> bool:
    if about["with_blake2b"] != _json_hash(about["with"]):
        return False
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
            write_json(folder / ABOUT, {**about, "stamp": stamp})
    return True


def _hasher() -> Any:
    return hashlib.blake2b(digest_size=DIGEST_SIZE)


def _json_hash(data: Any) -> str:
    return content_hash(json.dumps(data).encode()).hex()
