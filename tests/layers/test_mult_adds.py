import keras
import pytest

from modelzoo.errors import IncompatibleError
from modelzoo.layers import count_mult_adds

CASES = {
    "a convolution": (keras.layers.Conv2D(4, 3, name="a"), 3 * 3 * 3 * 4 * 6 * 8),
    "strides": (keras.layers.Conv2D(4, 3, strides=2, name="b"), 3 * 3 * 3 * 4 * 3 * 4),
    "groups": (keras.layers.Conv2D(6, 1, groups=3, name="c"), 1 * 6 * 8 * 10),
    "a depthwise convolution": (keras.layers.DepthwiseConv2D(3, name="d"), 3 * 3 * 3 * 6 * 8),
    "a depth multiplier": (
        keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="e"),
        3 * 3 * 3 * 2 * 6 * 8,
    ),
    "a separable convolution": (
        keras.layers.SeparableConv2D(5, 3, name="f"),
        (3 * 3 * 3 + 3 * 5) * 6 * 8,
    ),
    "a dense layer on maps": (keras.layers.Dense(7, name="g"), 3 * 7 * 8 * 10),
    "a layer that costs nothing": (keras.layers.BatchNormalization(name="h"), 0),
}


@pytest.mark.parametrize(("layer", "expected"), CASES.values(), ids=CASES.keys())
def test_a_layer_counts_each_kernel_element_once_per_output_position(layer, expected):
    assert count_mult_adds(keras.Sequential([keras.Input((8, 10, 3)), layer])) == expected


def test_nested_models_count():
    images = keras.Input((8, 8, 3))
    inner = keras.Model(images, keras.layers.Conv2D(4, 1)(images))
    outer_images = keras.Input((8, 8, 3))
    outer = keras.layers.Dense(2)(keras.layers.Flatten()(inner(outer_images)))
    assert count_mult_adds(keras.Model(outer_images, outer)) == 3 * 4 * 64 + 4 * 64 * 2


def test_a_model_without_a_fixed_size_is_refused():
    images = keras.Input((None, None, 3))
    model = keras.Model(images, keras.layers.Conv2D(4, 3, name="conv")(images))
    with pytest.raises(IncompatibleError, match="fixed input shape"):
        count_mult_adds(model)
