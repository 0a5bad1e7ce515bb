import keras
import pytest

from modelzoo.benchmarking.limits import activation_bytes, find_limits
from modelzoo.benchmarking.machine import Machine
from modelzoo.layers import find_cost

MACHINE = Machine("", 1, gflops=2.0, memory_gb_per_second=3.0, versions={})


def network():
    """What a convolution to 6 x 6 x 4, a depthwise one to 4 x 4 x 4, and 5 outputs cost."""
    layers = keras.layers
    block = [layers.BatchNormalization(), layers.ReLU(), layers.DepthwiseConv2D(3)]
    backbone = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), *block])
    head = [layers.Flatten(), layers.Dense(5)]
    return find_cost(keras.Sequential([keras.Input((8, 8, 3)), backbone, *head]))


MULT_ADDS = 6 * 6 * 4 * (3 * 3 * 3) + 4 * 4 * 4 * (3 * 3) + 64 * 5
OUTPUTS = 6 * 6 * 4 + 4 * 4 * 4 + 5


def test_outputs_of_products_have_four_bytes():
    assert activation_bytes(network()) == 4 * OUTPUTS


def test_inference_has_two_operations_for_each_multiply_add():
    limits = find_limits(network(), MACHINE, "inference")
    assert limits.arithmetic == pytest.approx(2e9 / (2 * MULT_ADDS))


def test_training_has_three_times_the_operations():
    limits = find_limits(network(), MACHINE, "training")
    assert limits.arithmetic == pytest.approx(2e9 / (3 * 2 * MULT_ADDS))


@pytest.mark.parametrize(("work", "passes"), [("inference", 2), ("training", 5)])
def test_each_output_is_moved_so_many_times(work, passes):
    limits = find_limits(network(), MACHINE, work)
    assert limits.memory == pytest.approx(3e9 / (passes * 4 * OUTPUTS))


def test_the_lower_limit_is_the_one_that_counts():
    slow_memory = Machine("", 1, gflops=1e6, memory_gb_per_second=1.0, versions={})
    limits = find_limits(network(), slow_memory, "training")
    assert limits.lower == limits.memory < limits.arithmetic


def test_a_model_without_products_has_no_limit():
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.GlobalAveragePooling2D()])
    assert find_limits(find_cost(model), MACHINE, "training").lower is None
