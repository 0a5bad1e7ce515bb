"""One process at a time trains in a run's folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelzoo.errors import RunError

__all__ = ["held_run"]


@contextmanager
def held_run(folder: Path) -> Iterator[Path]:
    """Hold a run's folder; the system lets go of it when the process ends, however it ends.

    On a file system without such locks nobody is kept out.

    Args:
        folder: The run's folder.

    Yields:
        The folder.

    Raises:
        RunError: Another process holds it, or another training in this one.

    Example:
        >>> import tempfile
        >>> with held_run(Path(tempfile.mkdtemp())) as folder:
        ...     folder.is_dir()
        True
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(
                f"{folder} is being trained in right now. Wait until that has ended, or stop it "
                "with Ctrl-C and then resume it."
            ) from error
        except OSError:
            # ENOLCK, ENOSYS, or on NFS, where folders have none, EBADF.
            pass
        yield folder
    finally:
        os.close(descriptor)
