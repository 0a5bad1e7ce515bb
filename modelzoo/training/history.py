"""The record of a training, epoch by epoch: ``history.csv`` and TensorBoard events."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelzoo.errors import RunError
from modelzoo.storage import atomic_file

__all__ = ["EventLog", "read_history", "write_history"]

_WHOLE_NUMBERS = ("epoch", "step")


def write_history(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows as CSV, with a column for every name in any row.

    Args:
        path: The file, replaced atomically.
        rows: One per epoch.

    Raises:
        StorageError: It can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "history.csv"
        >>> write_history(path, [{"epoch": 1, "loss": 0.5}])
        >>> read_history(path)
        [{'epoch': 1, 'loss': 0.5}]
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    with atomic_file(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def read_history(path: Path) -> list[dict[str, Any]]:
    """Read what :func:`write_history` wrote; no rows where there is no file.

    Raises:
        RunError: The file is damaged.
    """
    if not path.exists():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [
                {
                    name: int(value) if name in _WHOLE_NUMBERS else float(value)
                    for name, value in row.items()
                    if value != ""
                }
                for row in csv.DictReader(file)
            ]
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"{path} is damaged: {error}.") from error


class EventLog:
    """Writes rows of the history as TensorBoard scalars, one series per name.

    Args:
        folder: Where TensorBoard looks.
    """

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        self._write = tf.summary.write
        self._writer = tf.summary.create_file_writer(str(folder))
        # tf.summary.scalar does the same, but needs the package tensorboard to be installed.
        self._scalar = tf.compat.v1.SummaryMetadata()
        self._scalar.plugin_data.plugin_name = "scalars"

    def write(self, row: dict[str, Any]) -> None:
        """Write one epoch's row."""
        with self._writer.as_default(step=row["epoch"]):
            for name, value in row.items():
                if name not in _WHOLE_NUMBERS:
                    self._write(name, float(value), metadata=self._scalar)
        self._writer.flush()

    def close(self) -> None:
        """End the file."""
        self._writer.close()
