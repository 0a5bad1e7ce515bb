"""What is done in one go, and what must not be, against Keras in float64."""

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from modelzoo import layers as ours
from modelzoo.layers.native import Activation, load_library
from modelzoo.training.fused_layers import apply_fused
from modelzoo.training.parts import NormalizedParts, Parts, PointwiseParts, split_parts

pytestmark = pytest.mark.skipif(
    load_library().operations is None, reason=load_library().reason or "there are kernels"
)


def depthwise(x, kernel=3, **settings):
    y = layers.BatchNormalization()(x)
    y = layers.DepthwiseConv2D(kernel, use_bias=False, **settings)(layers.ReLU(6.0)(y))
    return layers.BatchNormalization()(y)


def padded(x, zeros, kernel=3, **settings):
    y = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    y = layers.ZeroPadding2D(zeros)(y)
    return layers.DepthwiseConv2D(kernel, use_bias=False, **settings)(y)


def residual(x):
    """Batch norm and clipping with two consumers each, one of which is fused."""
    norm = layers.BatchNormalization()(x)
    y = layers.ReLU()(norm)
    z = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(y)
    return layers.Add()([norm, y, z])


def norm_then(*those):
    def build(x):
        x = layers.BatchNormalization()(x)
        for layer, settings in those:
            x = layer(**settings)(x)
        return x

    return build


def separable(channels=4, filters=16, pool=None, **settings):
    settings = {"activation": "relu", **settings}

    def build(x):
        x = layers.Conv2D(channels, 1)(x)
        x = layers.SeparableConv2D(filters, 3, **settings)(x)
        return layers.MaxPooling2D(**{"pool_size": 2, **(pool or {})})(x)

    return build


FUSED = {
    "batch norm": norm_then(),
    "batch norm of ours": lambda x: ours.BatchNormalization()(x),
    "batch norm without scale": lambda x: layers.BatchNormalization(scale=False)(x),
    "batch norm without offset": lambda x: layers.BatchNormalization(center=False)(x),
    "batch norm of other constants": lambda x: layers.BatchNormalization(momentum=0.5, epsilon=0.1)(
        x
    ),
    "batch norm of rows": lambda x: layers.BatchNormalization()(layers.Flatten()(x)),
    "batch norm of batch norm": norm_then((layers.BatchNormalization, {})),
    "ReLU": norm_then((layers.ReLU, {})),
    "ReLU1": norm_then((layers.ReLU, {"max_value": 1.0})),
    "Activation relu": norm_then((layers.Activation, {"activation": "relu"})),
    "Activation relu6": norm_then((layers.Activation, {"activation": "relu6"})),
    "hard swish": norm_then((layers.Activation, {"activation": "hard_swish"})),
    "ReLU of hard swish": norm_then(
        (layers.Activation, {"activation": "hard_swish"}), (layers.ReLU, {})
    ),
    "ReLU of ReLU6": norm_then((layers.ReLU, {"max_value": 6}), (layers.ReLU, {})),
    "padding": norm_then((layers.ZeroPadding2D, {"padding": ((1, 2), (3, 0))})),
    "ReLU of padding": norm_then((layers.ZeroPadding2D, {}), (layers.ReLU, {})),
    "padding of padding": norm_then((layers.ZeroPadding2D, {}), (layers.ZeroPadding2D, {})),
    "depthwise of batch norm": norm_then(
        (layers.DepthwiseConv2D, {"kernel_size": 3, "use_bias": 0})
    ),
    "depthwise": depthwise,
    "depthwise, same": lambda x: depthwise(x, padding="same"),
    "depthwise, stride 2": lambda x: depthwise(x, strides=2),
    "depthwise, same, stride 2": lambda x: depthwise(x, strides=2, padding="same"),
    "depthwise, 5 x 5": lambda x: depthwise(x, 5),
    "depthwise, 5 x 5, same": lambda x: depthwise(x, 5, padding="same"),
    "depthwise, 5 x 5, same, stride 2": lambda x: depthwise(x, 5, strides=2, padding="same"),
    "depthwise of hard swish": norm_then(
        (layers.Activation, {"activation": "hard_swish"}),
        (layers.DepthwiseConv2D, {"kernel_size": 5, "use_bias": 0}),
        (layers.BatchNormalization, {}),
    ),
    "depthwise of padded hard swish": norm_then(
        (layers.Activation, {"activation": "hard_swish"}),
        (layers.ZeroPadding2D, {}),
        (layers.DepthwiseConv2D, {"kernel_size": 3, "use_bias": 0, "strides": 2}),
    ),
    "depthwise, padded": lambda x: padded(x, ((0, 1), (0, 1)), strides=2),
    "depthwise, padded on all sides": lambda x: padded(x, ((1, 2), (3, 0)), 5, strides=2),
    "depthwise, same, padded": lambda x: padded(x, 1, padding="same"),
    "two consumers": residual,
    "separable with pooling": separable(),
    "separable, same, with pooling": separable(padding="same"),
    "separable of 8 channels, with pooling": separable(8, 32),
    "separable, stride 2, with pooling": separable(strides=2, padding="same"),
    "separable without pooling": lambda x: layers.SeparableConv2D(16, 3, activation="relu")(x),
    "separable of 5 x 5": lambda x: layers.SeparableConv2D(16, 5, activation="relu")(x),
    "separable of batch norm": norm_then(
        (layers.SeparableConv2D, {"filters": 16, "kernel_size": 3, "activation": "relu"})
    ),
}
NOT_FUSED = {
    "leaky ReLU": norm_then((layers.LeakyReLU, {})),
    "ReLU with a slope": norm_then((layers.ReLU, {"negative_slope": 0.1})),
    "ReLU with a threshold": norm_then((layers.ReLU, {"threshold": 0.5})),
    "swish": norm_then((layers.Activation, {"activation": "swish"})),
    "ReLU without batch norm": lambda x: layers.ReLU()(x),
    "depthwise without batch norm": lambda x: layers.DepthwiseConv2D(3)(x),
    "depthwise with a bias": lambda x: layers.DepthwiseConv2D(3)(layers.BatchNormalization()(x)),
    "depthwise with an activation": lambda x: depthwise(x, activation="relu"),
    "depthwise, dilated": lambda x: depthwise(x, dilation_rate=2),
    "depthwise, two of each channel": lambda x: depthwise(x, depth_multiplier=2),
    "depthwise, 4 x 4": lambda x: depthwise(x, 4),
    "depthwise, stride 3": lambda x: depthwise(x, strides=3),
    "separable of 6 channels": separable(6),
    "separable with 8 filters": separable(filters=8),
    "separable without a bias": separable(use_bias=False),
    "separable with another activation": separable(activation="tanh"),
    "separable, dilated": separable(dilation_rate=2),
    "separable, two of each channel": separable(depth_multiplier=2),
    "overlapping pooling": separable(pool={"pool_size": 3, "strides": 2}),
    "pooling with padding": separable(pool={"padding": "same"}),
    "pooling of 2 x 1": separable(pool={"pool_size": (2, 1)}),
    "pooling of channels": separable(pool={"data_format": "channels_first"}),
    "losses of batch norm": lambda x: layers.BatchNormalization(activity_regularizer="l2")(x),
    "losses of ReLU": norm_then((layers.ReLU, {"activity_regularizer": "l2"})),
    "losses of padding": norm_then((layers.ZeroPadding2D, {"activity_regularizer": "l2"})),
    "losses of depthwise": lambda x: depthwise(x, activity_regularizer="l2"),
    "losses of pooling": separable(pool={"activity_regularizer": "l2"}),
}


@pytest.mark.parametrize("build", FUSED.values(), ids=FUSED.keys())
def test_what_is_fused_has_the_numbers_of_its_layers(same_in_parts, build):
    same_in_parts(build, (11, 10, 4), slack=5.0)


@pytest.mark.parametrize("build", NOT_FUSED.values(), ids=NOT_FUSED.keys())
def test_what_can_not_be_fused_has_the_numbers_of_its_layers(same_in_parts, build):
    same_in_parts(build, (11, 10, 4), batches=(3,), counts=(2,), slack=5.0)


def parts_of(*shape):
    return split_parts(tf.random.normal(shape), 2)


def built(layer, *shape):
    layer.build(shape)
    return layer


@pytest.fixture
def normalized():
    return apply_fused(built(layers.BatchNormalization(), 4, 8, 8, 4), parts_of(4, 8, 8, 4))


@pytest.mark.parametrize(
    ("layer", "activation"),
    [
        (layers.ReLU(6.0), Activation(low=0.0, high=6.0)),
        (layers.Activation("relu"), Activation(low=0.0)),
        (layers.Activation("hard_swish"), Activation(hard_swish=True)),
    ],
)
def test_batch_norm_and_activation_wait_for_what_follows(normalized, layer, activation):
    activated = apply_fused(layer, normalized)
    assert isinstance(activated, NormalizedParts)
    assert activated.activation == activation
    padded = apply_fused(layers.ZeroPadding2D(((0, 1), (2, 3))), activated)
    assert (padded.activation, padded.padding) == (activation, ((0, 1), (2, 3)))


def test_depthwise_convolution_brings_the_moments_of_its_output(normalized):
    conv = built(layers.DepthwiseConv2D(3, use_bias=False), 4, 8, 8, 4)
    made = apply_fused(conv, normalized)
    count, mean, _ = tf.concat(made.moments, axis=1)[:, :4]
    first = made.tensors[0].numpy()
    assert np.allclose(count, first[..., 0].size)
    assert np.allclose(mean, first.mean(axis=(0, 1, 2)), atol=1e-5)


def test_pooling_of_a_separable_convolution_does_without_its_output():
    conv = built(layers.SeparableConv2D(16, 3, activation="relu"), 4, 8, 8, 4)
    made = apply_fused(conv, parts_of(4, 8, 8, 4))
    assert isinstance(made, PointwiseParts)
    assert type(apply_fused(layers.MaxPooling2D(), made)) is Parts


class Subclass(layers.BatchNormalization):
    """May compute anything."""


@pytest.mark.parametrize(
    "layer",
    [
        Subclass(),
        layers.BatchNormalization(trainable=False),
        layers.BatchNormalization(axis=1),
        layers.BatchNormalization(renorm=True),
        layers.BatchNormalization(synchronized=True),
        layers.BatchNormalization(dtype="mixed_bfloat16"),
        layers.BatchNormalization(dtype="float64"),
        layers.BatchNormalization(activity_regularizer="l2"),
        layers.SeparableConv2D(8, 3, activation="relu"),
        layers.SeparableConv2D(16, 3),
        layers.SeparableConv2D(16, 3, activation="relu", dtype="mixed_bfloat16"),
        layers.MaxPooling2D(),
        layers.ReLU(),
        layers.Dense(3),
    ],
    ids=lambda layer: layer.name,
)
def test_the_rest_is_left_to_keras(layer):
    assert apply_fused(built(layer, 4, 8, 8, 4), parts_of(4, 8, 8, 4)) is None


@pytest.mark.parametrize(
    "layer",
    [
        layers.LeakyReLU(),
        layers.ReLU(negative_slope=0.1),
        layers.ReLU(threshold=0.1),
        layers.ReLU(dtype="mixed_bfloat16"),
        layers.Activation("swish"),
        layers.DepthwiseConv2D(3),
        layers.DepthwiseConv2D(3, use_bias=False, dtype="mixed_bfloat16"),
        layers.DepthwiseConv2D(3, use_bias=False, dtype="float64"),
        layers.DepthwiseConv2D(3, use_bias=False, activation="relu"),
        layers.DepthwiseConv2D(7, use_bias=False),
    ],
    ids=lambda layer: layer.name,
)
def test_after_batch_norm_too(normalized, layer):
    assert apply_fused(built(layer, 4, 8, 8, 4), normalized) is None


def test_flat_images_have_the_gradients_of_keras(same_in_parts):
    """All values of a window that is pooled are the same there: the first one has the gradient."""
    same_in_parts(lambda x: separable()(layers.Conv2D(4, 1)(x * 0 + 0.5)), (8, 8, 4))
