"""Functions of TensorFlow that run as the plain code that they were made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

__all__ = ["functions_run_eagerly"]


@contextmanager
def functions_run_eagerly() -> Iterator[None]:
    """Run each ``tf.function`` that is called as its own code; within a graph, as a part of it.

    Example:
        >>> with functions_run_eagerly():
        ...     tf.config.functions_run_eagerly()
        True
    """
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)
