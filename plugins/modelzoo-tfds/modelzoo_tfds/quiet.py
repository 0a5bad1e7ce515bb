"""Keeping the logs of other libraries from people whom they tell nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_logs"]

# What TensorFlow Datasets and what it calls write to.
_LOGGERS = ("absl", "tensorflow")


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Leave out warnings of TensorFlow Datasets and TensorFlow while the code inside runs.

    Example:
        >>> with quiet_logs():
        ...     logging.getLogger("absl").warning("This set was not prepared yet.")
    """
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
