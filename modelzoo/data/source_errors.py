"""Telling errors of a source that is read from errors of the place where its data are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["read_from_source", "source_errors"]

_Item = TypeVar("_Item")


class _SourceError(Exception):
    """Carries an error past those who take every :class:`OSError` for one of writing."""

    def __init__(self, raised: OSError) -> None:
        super().__init__(str(raised))
        self.raised = raised


def read_from_source(items: Iterable[_Item]) -> Iterator[_Item]:
    """The items of a source, for code that writes them; within :func:`source_errors`."""
    try:
        yield from items
    except OSError as error:
        raise _SourceError(error) from error


@contextmanager
def source_errors() -> Iterator[None]:
    """Raise what a source raised while it was read, as it was.

    Example:
        >>> def broken():
        ...     raise ConnectionError("no network")
        ...     yield
        >>> with source_errors():
        ...     try:
        ...         list(read_from_source(broken()))
        ...     except OSError:
        ...         print("it can't be written")
        Traceback (most recent call last):
        ConnectionError: no network
    """
    try:
        yield
    except _SourceError as error:
        raise error.raised from error.raised.__cause__
