"""The folder of a training that begins: no other training's, and gone where nothing came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modelzoo.errors import RunError
from modelzoo.storage import create_folder, no_empty_folders_left
from modelzoo.training.lock import held_run

__all__ = ["new_run_folder"]


@contextmanager
def new_run_folder(wanted: str | Path | None, name: str) -> Iterator[Path]:
    """Make and hold the folder of a new run.

    After a failure it is deleted if it is still empty, and so are new folders above it.

    Args:
        wanted: The folder; ``None``: ``runs/NAME``, or ``runs/NAME-2`` and so on where that is
            taken.
        name: For a folder that nobody chose.

    Yields:
        The folder, absolute, empty and held.

    Raises:
        RunError: There is something in the wanted folder, or another training has it.
        StorageError: The folder can't be made.

    Example:
        >>> import tempfile
        >>> with new_run_folder(Path(tempfile.mkdtemp()) / "first", "") as folder:
        ...     folder.name, folder.is_dir()
        ('first', True)
    """
    folder = (Path("runs", name) if wanted is None else Path(wanted)).expanduser().absolute()
    with no_empty_folders_left(folder.parent):
        is_new = create_folder(folder)
        count = 1
        while wanted is None and not is_new:
            count += 1
            folder = folder.with_name(f"{name}-{count}")
            is_new = create_folder(folder)
        if not folder.is_dir():
            raise _taken(folder)
        with held_run(folder):
            # Only now: whoever held it before may have written something.
            if any(folder.iterdir()):
                raise _taken(folder)
            try:
                yield folder
            except BaseException:
                # While it is held: afterwards it may be another training's.
                if is_new:
                    with suppress(OSError):
                        folder.rmdir()
                raise


def _taken(folder: Path) -> RunError:
    return RunError(
        f"{folder} is there already and not an empty folder. Choose another run folder, or resume "
        "the run in it."
    )
