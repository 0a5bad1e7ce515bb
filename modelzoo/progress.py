"""How far a piece of work of known size has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Counter", "progress"]

_QUIET_SECONDS = 1.0
_SECONDS_BETWEEN_LINES = 10.0


class Counter(Protocol):
    """Is told that parts of the work are done."""

    def advance(self, n: int = 1) -> None:
        """Say that ``n`` more parts are done."""


@contextmanager
def progress(total: int, label: str) -> Iterator[Counter]:
    """Show on the error stream how far a piece of work has come.

    Work of less than a second shows nothing.

    Args:
        total: How many parts the work has.
        label: What is done, such as ``"Decoding images"``.

    Yields:
        An object whose ``advance(n=1)`` is called as parts are done.

    Example:
        >>> with progress(3, "Counting") as bar:
        ...     for _ in range(3):
        ...         bar.advance()
    """
    counter = _Bar(total, label) if sys.stderr.isatty() else _Lines(total, label)
    try:
        yield counter
    finally:
        counter.close()


class _Bar:
    def __init__(self, total: int, label: str) -> None:
        self._total, self._label = total, label
        self._done = 0
        self._began = time.monotonic()
        self._shown: Progress | None = None

    def advance(self, n: int = 1) -> None:
        self._done += n
        if self._shown is None and time.monotonic() - self._began > _QUIET_SECONDS:
            self._shown = self._start()
        if self._shown is not None:
            self._shown.update(self._shown.task_ids[0], completed=self._done)

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import Progress

        shown = Progress(console=Console(stderr=True))
        shown.add_task(self._label, total=self._total)
        shown.start()
        return shown

    def close(self) -> None:
        if self._shown is not None:
            self._shown.stop()


class _Lines:
    def __init__(self, total: int, label: str) -> None:
        self._total, self._label = total, label
        self._done = 0
        self._next = time.monotonic() + _QUIET_SECONDS

    def advance(self, n: int = 1) -> None:
        self._done += n
        if time.monotonic() > self._next:
            self._next = time.monotonic() + _SECONDS_BETWEEN_LINES
            print(f"{self._label}: {self._done:,} of {self._total:,}", file=sys.stderr, flush=True)

    def close(self) -> None:
        pass
