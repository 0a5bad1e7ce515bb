"""Writing files and folders so that nothing half-written is ever found under its final name."""

from __future__ import annotations

import errno
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from modelzoo.errors import StorageError

__all__ = [
    "atomic_file",
    "atomic_folder",
    "cache_folder",
    "create_folder",
    "make_folder",
    "no_empty_folders_left",
    "write_json",
]


def cache_folder() -> Path:
    """Where downloads, decoded images and compiled kernels are kept; it need not exist yet.

    Returns:
        The environment variable ``MODELZOO_CACHE``, else the user's cache folder of this system.

    Example:
        >>> cache_folder().is_absolute()
        True
    """
    chosen = os.environ.get("MODELZOO_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_cache_path("modelzoo")


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; sync and rename it to ``path`` at the end.

    Args:
        path: The final path; what was there before is replaced.

    Yields:
        The path to write to.

    Raises:
        StorageError: The file can't be written; ``path`` is as it was.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "a.txt"
        >>> with atomic_file(target) as temporary:
        ...     _ = temporary.write_text("whole")
        >>> target.read_text()
        'whole'
    """
    temporary = _beside(path)
    try:
        with _storage_errors(path):
            yield temporary
            _sync(temporary)
            temporary.replace(path)
            _sync(path.parent)
    finally:
        with suppress(OSError):
            # Whoever was to write a file may have made a folder.
            if temporary.is_dir():
                shutil.rmtree(temporary)
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Give a temporary folder beside ``path``; sync and rename it to ``path`` at the end.

    Folders above that are not there are made, and are not left behind by a failure.

    Args:
        path: The final path; a folder that was there before is replaced.
        synced: Wait until all of it is on the disk. ``False`` is for many files, each of which is
            verified when it is read, and made again where a lost power supply has damaged it.

    Yields:
        The folder to write into.

    Raises:
        StorageError: Something can't be written; ``path`` is as it was.
    """
    temporary = _beside(path)
    with no_empty_folders_left(path), _storage_errors(path, written_as=temporary):
        try:
            temporary.mkdir(parents=True)
            yield temporary
            if synced:
                for each in [*temporary.rglob("*"), temporary]:
                    _sync(each)
            if path.exists():
                # A folder can't replace another in one step: keep the old one until then.
                old = _beside(path)
                path.replace(old)
                temporary.replace(path)
                shutil.rmtree(old)
            else:
                temporary.replace(path)
            _sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def make_folder(path: Path) -> Path:
    """Create a folder that can be written into, with its parents.

    Raises:
        StorageError: It can't be created or not be written into.
    """
    with no_empty_folders_left(path), _storage_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        probe = _beside(path / "probe")
        probe.touch()
        probe.unlink()
    return path


def create_folder(path: Path) -> bool:
    """Create a folder with its parents, unless there is something of that name.

    Args:
        path: The folder.

    Returns:
        Whether it was created here: of several processes that try at once, one is told so.

    Raises:
        StorageError: It can't be created.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "a" / "b"
        >>> create_folder(folder), create_folder(folder)
        (True, False)
    """
    with _storage_errors(path):
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            return False
    return True


def write_json(path: Path, data: Any) -> None:
    """Write JSON for people and programs, atomically.

    Args:
        path: The file.
        data: JSON data; NaN is refused, because JSON has none.

    Raises:
        StorageError: It can't be written.
    """
    text = json.dumps(data, indent=2, allow_nan=False) + "\n"
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")


@contextmanager
def no_empty_folders_left(path: Path) -> Iterator[None]:
    """After a failure delete ``path`` and the folders above it that are new and empty.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with no_empty_folders_left(folder / "a" / "b"):
        ...     (folder / "a").mkdir()
        ...     raise StorageError("Disk full.")
        Traceback (most recent call last):
        modelzoo.errors.StorageError: Disk full.
        >>> list(folder.iterdir())
        []
    """
    new = [each for each in (path, *path.parents) if not each.exists()]
    try:
        yield
    except BaseException:
        for each in new:
            with suppress(OSError):
                each.rmdir()
        raise


@contextmanager
def _storage_errors(path: Path, *, written_as: Path | None = None) -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        # A part of what is written names where it is now, which nobody will find.
        if written_as is None or str(written_as) not in str(error):
            raise
        raise StorageError(str(error).replace(str(written_as), str(path))) from error
    except OSError as error:
        raise StorageError(
            f"{path} can't be written: {error.strerror or error}. {_advice(error.errno)}"
        ) from error


def _advice(number: int | None) -> str:
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "Free some space or choose another folder."
    if number == errno.ENOENT:
        return "Make the folder first or choose another one."
    return "Choose another folder."


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
