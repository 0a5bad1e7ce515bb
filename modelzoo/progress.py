"""Showing that something goes on: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import rich.progress

__all__ = ["Progress", "announced", "progress"]

# Work of less than a second is over before anybody could read of it.
_SILENT_SECONDS = 1.0


class Progress:
    """How far a piece of work is; made by :func:`progress`.

    Args:
        total: How many parts the work has; 0 where nobody knows.
        label: What is done, such as ``"Decoding images"``.
    """

    def __init__(self, total: int, label: str) -> None:
        self._total = total
        self._label = label
        self._done = 0
        self._began = time.monotonic()
        self._due = self._began + _SILENT_SECONDS
        self._display: _Display | None = None

    def advance(self, n: int = 1) -> None:
        """Say that ``n`` more parts are done."""
        self._done += n
        now = time.monotonic()
        if now < self._due:
            return
        if self._display is None:
            make = _Bar if sys.stderr.isatty() else _Lines
            self._display = make(self._total, self._label)
        self._display.show(self._done)
        self._due = now + self._display.seconds_between

    def close(self) -> None:
        """Say that the work has ended, well or not."""
        if self._display is not None:
            self._display.close(self._done, time.monotonic() - self._began)


@contextmanager
def progress(total: int, label: str) -> Iterator[Progress]:
    """Show the progress of what is done inside, once it has taken a second.

    Args:
        total: How many parts the work has; 0 where nobody knows.
        label: What is done, such as ``"Decoding images"``.

    Yields:
        An object whose ``advance(n=1)`` is to be called, from one thread, for parts that are done.

    Example:
        >>> with progress(3, "Counting") as bar:
        ...     for _ in range(3):
        ...         bar.advance()
    """
    shown = Progress(total, label)
    try:
        yield shown
    finally:
        shown.close()


@contextmanager
def announced(label: str) -> Iterator[None]:
    """Say at once what is done inside: for work of seconds that has no parts.

    Args:
        label: What is done, such as ``"Compiling kernels"``.

    Example:
        >>> with announced("Compiling kernels"):
        ...     pass
    """
    if not sys.stderr.isatty():
        _write(f"{label} ...")
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner

    with Live(
        Spinner("dots", label),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # what is printed meanwhile goes where it would go without
    ):
        yield


class _Display(Protocol):
    seconds_between: float

    def __init__(self, total: int, label: str) -> None: ...

    def show(self, done: int) -> None: ...

    def close(self, done: int, seconds: float) -> None: ...


class _Bar:
    """A bar of rich, taken away at the end."""

    seconds_between = 0.1

    def __init__(self, total: int, label: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._progress: rich.progress.Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=total or None)
        self._progress.start()

    def show(self, done: int) -> None:
        self._progress.update(self._task, completed=done)

    def close(self, done: int, seconds: float) -> None:
        self._progress.stop()


class _Lines:
    """A line now and then, for files and pipes."""

    seconds_between = 10.0

    def __init__(self, total: int, label: str) -> None:
        self._total = total
        self._label = label

    def show(self, done: int) -> None:
        of = f" of {self._total:,}" if self._total else ""
        _write(f"{self._label}: {done:,}{of}")

    def close(self, done: int, seconds: float) -> None:
        _write(f"{self._label}: {done:,} in {seconds:.1f} s")


def _write(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
