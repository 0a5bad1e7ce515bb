"""Writing files and folders so that nothing half-written is ever found under its final name."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelzoo.errors import StorageError

__all__ = ["atomic_file", "atomic_folder", "make_folder", "write_json"]


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
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``path``; sync and rename it to ``path`` at the end.

    Args:
        path: The final path; a folder that was there before is replaced.

    Yields:
        The folder to write into.

    Raises:
        StorageError: Something can't be written; ``path`` is as it was.
    """
    temporary = _beside(path)
    try:
        with _storage_errors(path):
            temporary.mkdir(parents=True)
            yield temporary
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
    with _storage_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        probe = _beside(path / "probe")
        probe.touch()
        probe.unlink()
    return path


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
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(
            f"{path} can't be written: {error.strerror or error}. "
            "Free some space or choose another folder."
        ) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
