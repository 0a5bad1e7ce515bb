import keras
import pytest
import tensorflow as tf

from modelzoo.errors import IncompatibleError
from modelzoo.layers import count_mult_adds, find_cost

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
    "a transposed convolution": (keras.layers.Conv2DTranspose(4, 3, name="i"), 3 * 3 * 3 * 4 * 80),
    "a dilated convolution": (
        keras.layers.Conv2D(4, 3, dilation_rate=2, name="j"),
        3 * 3 * 3 * 4 * 4 * 6,
    ),
    "an einsum": (keras.layers.EinsumDense("...c,cd->...d", 7, name="k"), 3 * 7 * 8 * 10),
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


def test_a_layer_that_is_used_twice_counts_twice():
    images, shared = keras.Input((8, 8, 3)), keras.layers.Conv2D(3, 1)
    assert count_mult_adds(keras.Model(images, shared(shared(images)))) == 2 * 3 * 3 * 64


class Block(keras.layers.Layer):
    """Layers within a layer that says its output's shape, as those of KerasHub are."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def build(self, shape):
        for layer in self.layers:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def call(self, x, training=False):
        for layer in self.layers:
            x = layer(x, training=training) if layer._call_has_training_arg else layer(x)
        return x

    def compute_output_shape(self, shape):
        for layer in self.layers:
            shape = layer.compute_output_shape(shape)
        return shape


def block_layers():
    kinds = keras.layers
    return [
        *(kinds.Conv2D(4, 3), kinds.BatchNormalization(), kinds.ReLU()),
        *(kinds.Conv2D(8, 1, groups=2), kinds.DepthwiseConv2D(3), kinds.Dense(5)),
    ]


def test_layers_within_a_layer_cost_what_they_cost_one_after_the_other():
    images = keras.Input((8, 8, 3))
    flat = find_cost(keras.Sequential([images, *block_layers()]))
    assert flat.outputs == 6 * 6 * 4 + 6 * 6 * 8 + 4 * 4 * 8 + 4 * 4 * 5
    inner = Block(block_layers()[:2])
    nested = keras.Sequential([images, Block([inner, *block_layers()[2:]])])
    assert find_cost(nested) == flat


def test_the_parts_of_a_separable_convolution_cost_what_they_cost_as_layers():
    images = keras.Input((8, 8, 3))
    separable = keras.Sequential([images, keras.layers.SeparableConv2D(5, 3)])
    parts = [keras.layers.DepthwiseConv2D(3), keras.layers.Conv2D(5, 1)]
    assert find_cost(separable) == find_cost(keras.Sequential([images, *parts]))


def test_attention_counts_its_products_of_activations_too():
    tokens = keras.Input((6, 8))
    attention = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    projections, products = 4 * 6 * 8 * 8, 2 * 2 * 6 * 6 * 4
    model = keras.Model(tokens, attention(tokens, tokens))
    assert count_mult_adds(model) == projections + products


def test_a_model_with_a_loop_has_no_number():
    pixels = keras.Input((6, 8))
    model = keras.Model(pixels, keras.layers.SimpleRNN(3)(pixels))
    with pytest.raises(IncompatibleError, match="can't be counted: .* of type While"):
        count_mult_adds(model)


def test_counting_leaves_functions_compiled():
    model = keras.Sequential([keras.Input((6, 8)), keras.layers.SimpleRNN(3)])
    with pytest.raises(IncompatibleError):
        count_mult_adds(model)
    assert not tf.config.functions_run_eagerly()


def test_a_model_without_a_fixed_size_is_refused():
    images = keras.Input((None, None, 3))
    model = keras.Model(images, keras.layers.Conv2D(4, 3, name="conv")(images))
    with pytest.raises(IncompatibleError, match="fixed input shape"):
        count_mult_adds(model)
