"""Ctrl-C during a training: noticed between steps, so that the state is whole."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

__all__ = ["InterruptWatch"]


class InterruptWatch:
    """While it is entered, the first Ctrl-C is noted; a second one raises as usual.

    Outside the main thread, where Python delivers no signals, it notes nothing.

    Attributes:
        requested: Whether Ctrl-C was pressed.

    Example:
        >>> with InterruptWatch() as watch:
        ...     watch.requested
        False
    """

    def __init__(self) -> None:
        self.requested = False
        self._previous: signal._HANDLER = None

    def __enter__(self) -> InterruptWatch:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._restore()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.requested = True
        self._restore()

    def _restore(self) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            self._previous = None
