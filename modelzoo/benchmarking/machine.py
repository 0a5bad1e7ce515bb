"""What this machine can do at most: products of matrices, and moving memory."""

from __future__ import annotations

import dataclasses
import platform
from pathlib import Path

import tensorflow as tf

from modelzoo.benchmarking.timing import time_calls
from modelzoo.cores import usable_cores
from modelzoo.training.run_info import library_versions

__all__ = ["Machine", "measure_machine"]

# Large enough for the full rate of every processor that TensorFlow runs on.
_MATRIX_SIDE = 2048
# Several times what a processor's caches hold.
_ARRAY_BYTES = 128 * 2**20
_SECONDS = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Machine:
    """The processor that is measured on.

    Attributes:
        cpu: The processor's name.
        cores: How many cores this process may use.
        gflops: Measured rate of a product of float32 matrices on all cores, in 1e9 floating-point
            operations per second (a multiply-add is two).
        memory_gb_per_second: Measured memory bandwidth of all cores, in 1e9 bytes per second.
        versions: Versions of Python and the libraries.
    """

    cpu: str
    cores: int
    gflops: float
    memory_gb_per_second: float
    versions: dict[str, str]


def measure_machine() -> Machine:
    """Measure the processor's rates, in about two seconds.

    Both are the best of many repetitions, because they stand for a limit, and both are done by
    TensorFlow, with its threads and its memory. The matrices have 2048 x 2048 elements. The
    bandwidth is that of ``a += b`` on arrays of 128 MiB: two are read and one is written. As it is
    written where it was read, nothing is moved that is not counted, unlike in ``a = b + c`` (J. D.
    McCalpin's STREAM), for which a processor also reads what it is about to overwrite. A GPU is
    not measured.

    Example:
        >>> measure_machine().cores == usable_cores()
        True
    """
    return Machine(
        cpu=_cpu_name(),
        cores=usable_cores(),
        gflops=_matrix_rate() / 1e9,
        memory_gb_per_second=_bandwidth() / 1e9,
        versions=library_versions(),
    )


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.processor() or platform.machine())


def _matrix_rate() -> float:
    """Floating-point operations per second."""
    side, cores = _MATRIX_SIDE, usable_cores()

    @tf.function(autograph=False)
    def multiply(left: tf.Tensor, right: tf.Tensor) -> list[tf.Tensor]:
        # A product for each core at once: so all of them are busy, too, where TensorFlow computes
        # each operation in one thread. Every factor differs, or they would be computed once.
        return [tf.matmul(left, right + index)[0, 0] for index in range(cores)]

    with tf.device("/CPU:0"):
        left, right = tf.random.stateless_uniform((2, side, side), seed=(0, 0))
        timing = time_calls(lambda: multiply(left, right)[-1].numpy(), seconds=_SECONDS)
    return float(cores * 2 * side**3 / min(timing.seconds))


def _bandwidth() -> float:
    """Bytes per second."""
    cores = usable_cores()
    n = _ARRAY_BYTES // 4 // cores
    with tf.device("/CPU:0"):
        totals, addend = [tf.Variable(tf.zeros(n)) for _ in range(cores)], tf.ones(n)

        @tf.function(autograph=False)
        def add() -> None:
            for total in totals:
                total.assign_add(addend)

        timing = time_calls(add, seconds=_SECONDS)
    return float(3 * 4 * n * cores / min(timing.seconds))
