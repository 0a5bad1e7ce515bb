"""The blocks against the laws they follow and NumPy in float64."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras.src.applications.imagenet_utils import correct_pad
from modelzoo_mobilenets.blocks import conv_norm, inverted_residual, round_channels, squeeze_excite

SETTINGS = {"activation": "relu6", "momentum": 0.999, "name": "block"}


@given(st.floats(0, 5000))
def test_channels_are_a_multiple_of_8_that_is_not_much_less(channels):
    rounded = round_channels(channels)
    assert rounded % 8 == 0
    assert rounded >= max(8, 0.9 * channels)


@given(st.integers(40, 5000))
def test_of_many_channels_the_nearest_multiple_is_taken(channels):
    assert abs(round_channels(channels) - channels) <= 4


def names_of(outputs, inputs):
    return [layer.name for layer in keras.Model(inputs, outputs).layers[1:]]


def test_a_block_widens_filters_and_narrows():
    x = keras.Input((8, 8, 16))
    outputs = inverted_residual(x, 24, expanded=96, squeezed=24, **SETTINGS)
    assert names_of(outputs, x) == [
        "block_expand",
        "block_expand_bn",
        "block_expand_relu",
        "block_depthwise",
        "block_depthwise_bn",
        "block_depthwise_relu",
        "block_squeeze_excite_avg_pool",
        "block_squeeze_excite_conv",
        "block_squeeze_excite_relu",
        "block_squeeze_excite_conv_1",
        "block_squeeze_excite_hard_sigmoid",
        "block_squeeze_excite_mul",
        "block_project",
        "block_project_bn",
    ]


def test_a_block_without_expansion_begins_with_the_filter():
    x = keras.Input((8, 8, 16))
    outputs = inverted_residual(x, 24, expanded=None, **SETTINGS)
    assert names_of(outputs, x)[0] == "block_depthwise"


@pytest.mark.parametrize(
    ("filters", "strides", "added"), [(16, 1, True), (24, 1, False), (16, 2, False)]
)
def test_the_input_is_added_where_the_maps_keep_their_shape(filters, strides, added):
    x = keras.Input((8, 8, 16))
    outputs = inverted_residual(x, filters, expanded=96, strides=strides, **SETTINGS)
    assert ("block_add" in names_of(outputs, x)) == added


@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("size", [(1, 2), (4, 5), (7, 8), (14, 9)])
def test_the_filter_pads_as_keras_applications_does(size, kernel_size):
    channels = 4
    x = keras.Input((*size, channels))
    outputs = inverted_residual(x, 8, expanded=None, kernel_size=kernel_size, strides=2, **SETTINGS)
    depthwise = keras.Model(x, outputs).get_layer("block_depthwise")
    padding = correct_pad(x, kernel_size)
    theirs = keras.Sequential(
        [
            x,
            keras.layers.ZeroPadding2D(padding),
            keras.layers.DepthwiseConv2D(kernel_size, strides=2, use_bias=False),
        ]
    )
    theirs.layers[-1].set_weights(depthwise.get_weights())
    maps = np.random.default_rng(0).normal(size=(2, *size, channels)).astype(np.float32)
    np.testing.assert_allclose(depthwise(maps), theirs(maps), atol=1e-6)


def test_batch_norm_has_the_momentum_it_is_given_and_the_epsilon_of_keras_applications():
    x = keras.Input((8, 8, 3))
    norm = keras.Model(x, conv_norm(x, 8, momentum=0.75, name="conv")).get_layer("conv_bn")
    assert (norm.momentum, norm.epsilon) == (0.75, 1e-3)


@pytest.mark.parametrize(
    ("activation", "function"),
    [
        ("relu", lambda x: np.maximum(x, 0)),
        ("relu6", lambda x: np.clip(x, 0, 6)),
        ("hard_swish", lambda x: x * np.clip(x + 3, 0, 6) / 6),
        (None, lambda x: x),
    ],
)
def test_convolution_batch_norm_and_activation_follow_each_other(activation, function):
    x = keras.Input((2, 3, 4))
    model = keras.Model(x, conv_norm(x, 8, activation=activation, momentum=0.9, name="conv"))
    generator = np.random.default_rng(0)
    kernel, gamma, beta, mean = (generator.normal(0, 3, shape) for shape in ((4, 8), 8, 8, 8))
    variance = generator.uniform(0.5, 2.0, 8)
    model.set_weights([kernel.reshape(1, 1, 4, 8), gamma, beta, mean, variance])
    maps = generator.normal(size=(5, 2, 3, 4))
    expected = function((maps @ kernel - mean) / np.sqrt(variance + 1e-3) * gamma + beta)
    np.testing.assert_allclose(model(maps.astype(np.float32)), expected, rtol=1e-4, atol=1e-4)


def test_squeeze_excite_weighs_each_channel_by_the_means_of_all():
    x = keras.Input((5, 4, 8))
    model = keras.Model(x, squeeze_excite(x, 16, name="squeeze_excite"))
    generator = np.random.default_rng(0)
    shapes = (8, 16), 16, (16, 8), 8
    first, first_bias, second, second_bias = (generator.normal(size=shape) for shape in shapes)
    model.set_weights([first[None, None], first_bias, second[None, None], second_bias])
    maps = generator.normal(1, 2, (6, 5, 4, 8))
    hidden = np.maximum(maps.mean(axis=(1, 2)) @ first + first_bias, 0)
    weights = np.clip(hidden @ second + second_bias + 3, 0, 6) / 6
    assert 0 < ((weights > 0) & (weights < 1)).mean() < 1  # both bounds are met, and not by all
    expected = maps * weights[:, None, None]
    np.testing.assert_allclose(model(maps.astype(np.float32)), expected, rtol=1e-4, atol=1e-5)
