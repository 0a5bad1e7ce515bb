import pytest
import tensorflow as tf

from modelzoo.benchmarking import machine
from modelzoo.benchmarking.machine import measure_machine
from modelzoo.cores import usable_cores


def test_rates_are_positive_and_the_processor_has_a_name():
    measured = measure_machine()
    assert measured.gflops > 0
    assert measured.memory_gb_per_second > 0
    assert measured.cpu
    assert measured.versions["tensorflow"] == tf.__version__


class Clock:
    """Stands for the timing: calls once, and says that it took a second."""

    def __init__(self, call, *, seconds):
        self.seconds = (1.0, 2.0)
        call()


def test_a_product_of_matrices_counts_two_operations_for_each_multiply_add(monkeypatch):
    monkeypatch.setattr(machine, "time_calls", Clock)
    monkeypatch.setattr(machine, "_MATRIX_SIDE", 100)
    assert measure_machine().gflops == pytest.approx(usable_cores() * 2 * 100**3 / 1e9)


def test_adding_to_an_array_reads_two_and_writes_one(monkeypatch):
    monkeypatch.setattr(machine, "time_calls", Clock)
    values = 1001 * usable_cores()
    monkeypatch.setattr(machine, "_ARRAY_BYTES", 4 * values)
    assert measure_machine().memory_gb_per_second == pytest.approx(3 * 4 * values / 1e9)
