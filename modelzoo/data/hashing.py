"""What is in files, by hashes that are remembered for as long as nobody writes to the files."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from modelzoo.cores import usable_cores
from modelzoo.data.parallel import map_ahead
from modelzoo.errors import StorageError
from modelzoo.progress import progress
from modelzoo.storage import atomic_file, cache_folder, make_folder

__all__ = ["DIGEST_SIZE", "FileContents", "content_hash", "hash_files", "read_file", "settled"]

DIGEST_SIZE = 16

# Size, times of modification and of the last change of anything, and number of the file.
Stamp: TypeAlias = tuple[int, int, int, int]

# The coarsest clock of a file system that is in use, FAT's.
_SETTLED_NS = 2_000_000_000
_UNSETTLED: Stamp = (-1, -1, -1, -1)
_FILES_PER_TASK = 64


def content_hash(data: bytes | memoryview) -> bytes:
    """The hash by which equal images are known.

    Args:
        data: A file's bytes, or an array's pixels.

    Returns:
        BLAKE2b of 16 bytes (RFC 7693).

    Example:
        >>> content_hash(b"").hex()
        'cae66941d9efbd404e4d88758ea67670'
    """
    return hashlib.blake2b(data, digest_size=DIGEST_SIZE).digest()


@dataclass(frozen=True, slots=True, eq=False)
class FileContents:
    """What was found in files.

    Attributes:
        hashes: The hash of each file's bytes, uint8 ``(n, 16)``.
        stamps: By what a file is known to be unchanged since, int64 ``(n, 4)``: its size, the
            times of its last modification and change in nanoseconds, and its inode; -1 where it
            has to be read again to tell.
    """

    hashes: NDArray[np.uint8]
    stamps: NDArray[np.int64]

    def subset(self, chosen: NDArray[np.bool_]) -> FileContents:
        """The files where ``chosen``, bool ``(n,)``, is true."""
        return FileContents(self.hashes[chosen], self.stamps[chosen])


def hash_files(paths: Sequence[Path]) -> FileContents:
    """Hash the bytes of files, by all cores, or remember their hashes from an earlier time.

    Hashes are kept in the folder ``hashes`` of the cache folder. As in git's index, one is
    believed as long as the file has the size, the times and the inode that it had when it was
    read. The time of change is set by the system at each write and can't be set back. A file that
    was changed in the last two seconds before it was read is read anew the next time: within the
    steps of a file system's clock, another change would leave no trace.

    Args:
        paths: The files. One that can't be read has the hash of an empty one.

    Returns:
        Their hashes and stamps, in order.
    """
    hashes = np.empty((len(paths), DIGEST_SIZE), np.uint8)
    stamps = np.empty((len(paths), len(_UNSETTLED)), np.int64)
    by_folder: dict[str, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        by_folder[os.path.dirname(path)].append(index)  # noqa: PTH120 - a tenth of Path's time
    with progress(len(paths), "Reading images") as bar:
        for folder, indices in by_folder.items():
            remembered = _read_index(Path(folder).absolute())
            known = dict(remembered)
            tasks = [
                indices[first : first + _FILES_PER_TASK]
                for first in range(0, len(indices), _FILES_PER_TASK)
            ]

            def hash_some(
                some: list[int], known: Mapping[str, tuple[Stamp, bytes]] = remembered
            ) -> list[tuple[Stamp, bytes]]:
                return [_hash_file(paths[index], known) for index in some]

            cores = usable_cores()
            results = map_ahead(hash_some, tasks, threads=cores, ahead=2 * cores)
            for task, found in zip(tasks, results, strict=True):
                for index, (stamp, digest) in zip(task, found, strict=True):
                    stamps[index] = stamp
                    hashes[index] = np.frombuffer(digest, np.uint8)
                    if stamp != _UNSETTLED:
                        known[paths[index].name] = stamp, digest
                bar.advance(len(task))
            if known != remembered:
                _write_index(Path(folder).absolute(), known)
    return FileContents(hashes, stamps)


def read_file(path: Path) -> tuple[bytes, Stamp]:
    """All bytes of a file, and its stamp after they were read.

    Raises:
        OSError: It can't be read.
    """
    # A third of the time of Path.read_bytes, which counts with many small files.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        parts = []
        while part := os.read(descriptor, size + 1):
            parts.append(part)
            # One byte more was asked for than there are: this was all.
            if len(part) == size and len(parts) == 1:
                break
        return b"".join(parts), stamp_of(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def stamp_of(status: os.stat_result) -> Stamp:
    """By what a file is known to be unchanged."""
    return (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino & (2**63 - 1),
    )


def settled(stamp: Stamp, began_ns: int) -> bool:
    """Whether a file that is read from a time on would not have this stamp after another change.

    Example:
        >>> settled((0, 10**9, 10**9, 1), 4 * 10**9), settled((0, 10**9, 10**9, 1), 2 * 10**9)
        (True, False)
    """
    return max(stamp[1:3]) + _SETTLED_NS < began_ns


def _hash_file(path: Path, known: Mapping[str, tuple[Stamp, bytes]]) -> tuple[Stamp, bytes]:
    try:
        if path.name in known:
            stamp, digest = known[path.name]
            if stamp == stamp_of(os.stat(path)):  # noqa: PTH116 - a third of Path.stat's time
                return stamp, digest
        began = time.time_ns()
        before = stamp_of(os.stat(path))  # noqa: PTH116
        data, stamp = read_file(path)
    except OSError:
        return _UNSETTLED, content_hash(b"")
    if before != stamp or not settled(stamp, began):
        stamp = _UNSETTLED
    return stamp, content_hash(data)


def _index_path(folder: Path) -> Path:
    return cache_folder() / "hashes" / f"{content_hash(os.fsencode(folder)).hex()}.json"


def _read_index(folder: Path) -> dict[str, tuple[Stamp, bytes]]:
    """The stamp and hash of each of a folder's files that are known."""
    try:
        check, _, text = _index_path(folder).read_text(encoding="utf-8").partition("\n")
        if check != content_hash(text.encode()).hex():
            return {}
        files = json.loads(text)["files"]
        return {name: (tuple(stamp), bytes.fromhex(each)) for name, (stamp, each) in files.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_index(folder: Path, known: Mapping[str, tuple[Stamp, bytes]]) -> None:
    files = {name: (stamp, each.hex()) for name, (stamp, each) in known.items()}
    text = json.dumps({"folder": os.fspath(folder), "files": files})
    path = _index_path(folder)
    # Without it the files are read again the next time, and that is all.
    with suppress(StorageError):
        make_folder(path.parent)
        with atomic_file(path) as temporary:
            temporary.write_text(f"{content_hash(text.encode()).hex()}\n{text}", encoding="utf-8")
