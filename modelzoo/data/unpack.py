"""Encoded images of a source that gives them one by one, as files in the cache folder."""

from __future__ import annotations

import atexit
import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from io import FileIO
from operator import length_hint
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.cache_room import (
    ABOUT,
    UNPACKED,
    cache_limit,
    hold,
    is_there,
    make_room,
    mark_used,
    only_writer,
)
from modelzoo.data.download import writing_to_cache
from modelzoo.data.hashing import DIGEST_SIZE, FileContents, content_hash, hash_files
from modelzoo.data.source import FileSplit
from modelzoo.data.source_errors import read_from_source, source_errors
from modelzoo.errors import LabelError
from modelzoo.progress import progress
from modelzoo.storage import atomic_folder, cache_folder, write_json

__all__ = ["stacked_labels", "unpack_images", "unpacked_folder"]

_FORMAT = 1
# Folders with a great many files are slow in most programs.
_FILES_PER_FOLDER = 1000
# For people and the programs that they look at images with; here the contents count.
_ENDINGS = {
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"GIF8": ".gif",
    b"RIFF": ".webp",
    b"BM": ".bmp",
}

# The locks of the sets that this process uses. Their files are read whenever somebody wishes to
# see an image, so they stay until it ends.
_held: dict[Path, FileIO] = {}


def unpack_images(
    key: str, splits: Mapping[str, Iterable[tuple[bytes, Any]]]
) -> dict[str, FileSplit]:
    r"""Image files of a source that gives images one by one, such as records or table rows.

    Each split is written once, as files in the folder ``unpacked`` of the cache folder, with its
    labels beside them; the next time it is found there, and what ``splits`` has for it is not
    iterated over. A file that is missing or was changed meanwhile makes the split be written anew.
    A split that is not written to its end leaves nothing behind. Where two processes want the same
    one, one of them waits for the other.

    Unpacked and decoded images together take the size of ``MODELZOO_CACHE_SIZE`` at most: those
    that were not used for the longest time, and that no running process has asked for, are deleted
    for new ones.

    Args:
        key: Says all that the images and labels depend on, such as the source's name, version
            and fingerprint and the options: what was written under one key is believed to be
            what the source would give again.
        splits: For the name of each split, pairs of the bytes of an image file, as they are, and
            its label: a class index, 0 or 1 for each class, or one or several numbers. They are
            taken one at a time; a generator that opens the source when it begins need not do so
            where the split is there. What they raise is raised.

    Returns:
        A split of files for each name, in the order that they were given in, with labels
        ``(n,)`` or ``(n, values)`` as :func:`numpy.asarray` makes them.

    Raises:
        LabelError: The labels of a split are not all numbers, or not equally many for each image.
        ConfigError: The limit of the cache folder's size is no size.
        StorageError: The cache folder can't be written.

    Example:
        >>> rows = [(b"\x89PNG...", 1), (b"\x89PNG...", 0)]
        >>> split = unpack_images("docs example 1.0", {"train": rows})["train"]
        >>> split.paths[0].name, split.labels
        ('000000000.png', array([1, 0]))
    """
    cache_limit()  # a wrong one is to be told now, not after the work
    return {
        name: _unpacked(unpacked_folder("unpacked", key, name), f"{key}, {name}", images)
        for name, images in splits.items()
    }


def unpacked_folder(kind: str, key: str, split: str) -> Path:
    """Where a split is kept.

    Args:
        kind: The folder of the cache folder, ``"unpacked"`` or ``"decoded"``.
        key: What it depends on.
        split: Its name.

    Example:
        >>> unpacked_folder("unpacked", "mnist 1.0", "train").name
        'mnist_1.0_train-7775c73e37520e52'
    """
    digest = hashlib.blake2b(f"{_FORMAT}\0{key}\0{split}".encode(), digest_size=8).hexdigest()
    readable = re.sub(r"[^A-Za-z0-9.]+", "_", f"{key}_{split}")[:60]
    return cache_folder() / kind / f"{readable}-{digest}"


def stacked_labels(labels: Sequence[Any]) -> NDArray[Any]:
    """One label per image as an array of numbers.

    Args:
        labels: Numbers, or equally many numbers for each.

    Raises:
        LabelError: They are something else.

    Example:
        >>> stacked_labels([[0, 1], [1, 1]]).shape
        (2, 2)
    """
    try:
        stacked = np.asarray(labels)
    except ValueError as error:
        raise LabelError(f"The labels are not equally many for each image: {error}.") from error
    if stacked.dtype.kind not in "buif":
        raise LabelError(f"The labels are {stacked.dtype}, expected numbers; one is {labels[0]!r}.")
    return stacked


def _unpacked(folder: Path, about: str, images: Iterable[tuple[bytes, Any]]) -> FileSplit:
    split = _find(folder)
    if split is None:
        with only_writer(folder):
            # Where another process was waited for, it has left them.
            split = _find(folder)
            if split is None:
                split = _write(folder, about, images)
        make_room(folder)
    return split


def _find(folder: Path) -> FileSplit | None:
    """What is in a folder, where it is whole."""
    with ExitStack() as opened:
        try:
            file = opened.enter_context((folder / UNPACKED).open("rb", buffering=0))
            hold(file)
            # It may have been deleted just before that.
            if not is_there(file, folder / UNPACKED):
                return None
            with np.load(file, allow_pickle=False) as saved:
                labels, hashes = saved["labels"], saved["hashes"]
            paths = sorted(folder.glob("*/*"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        contents = hash_files(paths)
        if not np.array_equal(contents.hashes, hashes) or len(labels) != len(paths):
            return None
        opened.pop_all()
        _keep_held(folder, file)
    mark_used(folder)
    return FileSplit(paths, labels, contents)


def _write(folder: Path, about: str, images: Iterable[tuple[bytes, Any]]) -> FileSplit:
    """Write files whole or not at all."""
    names: list[Path] = []
    hashes: list[bytes] = []
    labels: list[Any] = []
    with ExitStack() as opened:
        with (
            source_errors(),
            writing_to_cache(),
            atomic_folder(folder, synced=False) as temporary,
            progress(length_hint(images), "Unpacking images") as bar,
        ):
            # Held from the beginning: nobody makes room of what is half written.
            file = opened.enter_context((temporary / UNPACKED).open("w+b", buffering=0))
            hold(file)
            for data, label in read_from_source(images):
                names.append(_name(len(names), data))
                if len(names) % _FILES_PER_FOLDER == 1:
                    (temporary / names[-1]).parent.mkdir()
                (temporary / names[-1]).write_bytes(data)
                hashes.append(content_hash(data))
                labels.append(label)
                bar.advance()
            stacked = stacked_labels(labels)
            with (temporary / UNPACKED).open("wb") as saved:
                np.savez(saved, labels=stacked, hashes=_rows(hashes))
            write_json(temporary / ABOUT, {"unpacked": about, "images": len(names)})
        opened.pop_all()
        _keep_held(folder, file)
    unknown = np.full((len(names), 4), -1, np.int64)
    contents = FileContents(_rows(hashes), unknown)
    return FileSplit([folder / name for name in names], stacked, contents)


@atexit.register
def _let_go() -> None:
    while _held:
        _held.popitem()[1].close()


def _keep_held(folder: Path, file: FileIO) -> None:
    if folder in _held:
        _held[folder].close()
    _held[folder] = file


def _name(index: int, data: bytes) -> Path:
    ending = next((each for begin, each in _ENDINGS.items() if data.startswith(begin)), "")
    return Path(f"{index // _FILES_PER_FOLDER:06}", f"{index:09}{ending}")


def _rows(hashes: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, DIGEST_SIZE)
