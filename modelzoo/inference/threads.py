"""How many of TensorFlow's threads share an operation, and what that means for a batch."""

from __future__ import annotations

import os

import tensorflow as tf

from modelzoo.cores import usable_cores

__all__ = ["INTRA_OP", "evaluation_parts", "threads_of_an_operation"]

# TensorFlow's own variable.
INTRA_OP = "TF_NUM_INTRAOP_THREADS"


def evaluation_parts() -> int:
    """Into how many parts a batch is best cut where nothing is trained.

    Returns:
        1 where TensorFlow shares each operation among the cores; else as many as there are cores.

    Example:
        >>> evaluation_parts() >= 1
        True
    """
    return usable_cores() if threads_of_an_operation() == 1 else 1


def threads_of_an_operation() -> int:
    """What TensorFlow is told, by a call or else by its variable, or what it takes by itself.

    Example:
        >>> threads_of_an_operation() >= 1
        True
    """
    told = tf.config.threading.get_intra_op_parallelism_threads()
    variable = os.environ.get(INTRA_OP, "")
    # What is no number there, TensorFlow passes over.
    return told or int(variable if variable.isdecimal() else 0) or usable_cores()
