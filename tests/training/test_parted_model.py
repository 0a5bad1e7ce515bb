"""A model in parts against the same model in one piece, computed by Keras in float64."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from modelzoo.training.parted_model import PartedModel, share_in_one_piece
from modelzoo.training.parts import split_parts


class NormInside(layers.Layer):
    """Says nothing of ``training``: its batch norm hears of it from the model."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.norm = layers.BatchNormalization()

    def build(self, shape):
        self.norm.build(shape)

    def call(self, x):
        return 2 * self.norm(x)


class Penalised(layers.Layer):
    def call(self, x):
        self.add_loss(keras.ops.mean(x**2))
        return x


class PenalisedElsewhere(layers.Layer):
    def call(self, x):
        self._penalise(x)
        return x

    def _penalise(self, x):
        self.add_loss(keras.ops.mean(x**2))


class Doubled(keras.Model):
    """A functional model that does more than its graph."""

    def call(self, inputs, training=None, mask=None):
        return 2 * super().call(inputs, training=training)


def nested(x, kind=keras.Model, trainable=True, **call):
    images = keras.Input(x.shape[1:])
    y = layers.BatchNormalization()(layers.Conv2D(6, 1)(images))
    model = kind(images, layers.ReLU(6.0)(y))
    model.trainable = trainable
    return model(x, **call)


def shared(x):
    norm = layers.BatchNormalization()
    conv = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
    return conv(norm(conv(norm(x))))


def two_inputs(x):
    first, second = keras.Input((9, 8, 2)), keras.Input((9, 8, 2))
    joined = layers.Concatenate()([second, layers.BatchNormalization()(first)])
    model = keras.Model([first, second], [joined, layers.Subtract()([first, second])])
    return model([x[..., :2], x[..., 2:]])


def squeeze_and_excite(x):
    y = layers.Activation("relu")(layers.BatchNormalization()(x))
    weights = layers.GlobalAveragePooling2D(keepdims=True)(y)
    return layers.Multiply()([y, layers.Conv2D(4, 1, activation="sigmoid")(weights)])


def attention(x):
    y = layers.Reshape((-1, 4))(x)
    return layers.MultiHeadAttention(2, 4)(y, y)


L2 = keras.regularizers.L2(0.1)

MODELS = {
    "a model within it": nested,
    "a model called with training=False, which Keras overrides": lambda x: nested(
        x, training=False
    ),
    "a frozen model within it": lambda x: nested(x, trainable=False),
    "a model of another call": lambda x: nested(x, Doubled),
    "a sequential model": lambda x: keras.Sequential(
        [layers.Conv2D(3, 1), layers.BatchNormalization(), layers.ReLU()]
    )(x),
    "layers used twice": shared,
    "several inputs and outputs": two_inputs,
    "outputs by name": lambda x: {"b": layers.ReLU()(x), "a": layers.BatchNormalization()(x)},
    "operations of Keras": lambda x: x + keras.ops.relu6(layers.BatchNormalization()(x) + 3) * 0.2,
    "batch norm in a layer": lambda x: NormInside()(x),
    "batch norm over time": lambda x: layers.TimeDistributed(layers.BatchNormalization())(x),
    "batch norm of another axis": lambda x: layers.BatchNormalization(axis=1)(x),
    "frozen batch norm": lambda x: layers.BatchNormalization(trainable=False)(x),
    "batch renormalisation": lambda x: layers.BatchNormalization(renorm=True)(x),
    "group norm": lambda x: layers.GroupNormalization(2)(x),
    "layer norm": lambda x: layers.LayerNormalization()(x),
    "a layer's state": lambda x: layers.SpectralNormalization(layers.Conv2D(3, 1))(x),
    "a loss": lambda x: Penalised()(x),
    "a loss that is added elsewhere": lambda x: PenalisedElsewhere()(x),
    "a loss of weights": lambda x: layers.Conv2D(3, 3, kernel_regularizer=L2)(x),
    "a loss of activities": lambda x: layers.Conv2D(3, 3, activity_regularizer=L2)(x),
    "squeeze and excite": squeeze_and_excite,
    "attention": attention,
    "a recurrent layer": lambda x: layers.LSTM(3)(layers.Reshape((-1, 8))(x)),
    "resizing": lambda x: layers.UpSampling2D(interpolation="bilinear")(layers.Resizing(5, 5)(x)),
    "pooling": lambda x: layers.Flatten()(layers.MaxPooling2D(3, 2, "same")(x)),
    "a transposed convolution": lambda x: layers.Conv2DTranspose(3, 3)(x),
}


@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS.keys())
def test_parts_give_the_numbers_of_the_whole(same_in_parts, build):
    same_in_parts(build, slack=5.0)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dropout(0.5, seed=1),
        layers.SpatialDropout2D(0.5, seed=1),
        layers.GaussianNoise(0.5, seed=1),
    ],
    ids=lambda layer: layer.name,
)
def test_random_numbers_are_the_same_for_any_number_of_parts(layer):
    images = keras.Input((6, 6, 4))
    model = keras.Model(images, layer(images))
    state = layer.seed_generator.state
    x = tf.random.normal((5, 6, 6, 4))
    before = state.numpy()
    expected = model(x, training=True).numpy()
    after = state.numpy()
    assert not np.array_equal(expected, x)
    for count in (1, 2, 3):
        state.assign(before)
        assert np.array_equal(PartedModel(model)(split_parts(x, count)), expected)
        assert np.array_equal(state, after)


class Block(layers.Layer):
    """A convolution and its batch norm."""

    def build(self, shape):
        self.conv, self.norm = layers.Conv2D(4, 3, use_bias=False), layers.BatchNormalization()
        self.conv.build(shape)
        self.norm.build(shape)

    def call(self, x):
        return self.norm(self.conv(x))


@pytest.mark.parametrize("kind", [keras.Model, keras.Sequential])
def test_the_share_of_layers_in_one_piece_is_that_of_their_weights(kind):
    """A model within it has a block of 144 + 16 weights beside a convolution of 1440."""
    images = keras.Input((9, 8, 4))
    first, block = layers.Conv2D(40, 3, use_bias=False), Block()
    if kind is keras.Sequential:
        inner = keras.Sequential([images, block, first])
    else:
        inner = keras.Model(images, first(block(images)))
    model = keras.Model(images, inner(images))
    assert share_in_one_piece(model) == pytest.approx(160 / 1600)


def test_losses_of_a_call_are_gone_at_the_next():
    images = keras.Input((4, 4, 3))
    model = keras.Model(images, Penalised()(layers.Conv2D(3, 1, activity_regularizer=L2)(images)))
    for _ in range(2):
        PartedModel(model)(split_parts(tf.ones((3, 4, 4, 3)), 2))
        assert len(model.losses) == 2


def test_mixed_precision_gives_the_numbers_of_keras_to_rounding():
    keras.utils.set_random_seed(0)
    images = keras.Input((8, 8, 3))
    settings = {"dtype": "mixed_bfloat16"}
    x = layers.Conv2D(16, 3, use_bias=False, **settings)(images)
    x = layers.ReLU(6.0, **settings)(layers.BatchNormalization(**settings)(x))
    x = layers.DepthwiseConv2D(3, use_bias=False, **settings)(x)
    x = layers.BatchNormalization(dtype="float32")(x)
    x = layers.SeparableConv2D(16, 3, activation="relu", **settings)(x)
    model = keras.Model(images, layers.MaxPooling2D(2, dtype="float32")(x))
    batch = tf.random.normal((5, 8, 8, 3))
    before = model.get_weights()
    expected = model(batch, training=True)
    statistics = model.get_weights()
    model.set_weights(before)
    actual = PartedModel(model)(split_parts(batch, 2))
    assert actual.dtype == expected.dtype
    # Eight bits.
    assert np.allclose(actual, expected, rtol=0.05, atol=0.05)
    for ours, theirs in zip(model.get_weights(), statistics, strict=True):
        assert np.allclose(ours, theirs, rtol=0.01, atol=0.01)


@tf.function(autograph=False)
def call_in_parts(model, images, count):
    return PartedModel(model)(split_parts(images, count))


APPLICATIONS = {
    "MobileNet": lambda shape: keras.applications.MobileNet(
        shape, alpha=0.25, weights=None, classes=5, dropout=0.0
    ),
    "MobileNetV2": lambda shape: keras.applications.MobileNetV2(
        shape, alpha=0.35, weights=None, classes=5
    ),
    "MobileNetV3Small": lambda shape: keras.applications.MobileNetV3Small(
        shape, weights=None, classes=5, dropout_rate=0.0, include_preprocessing=False
    ),
    "EfficientNetB0": lambda shape: keras.applications.EfficientNetB0(
        input_shape=shape, weights=None, classes=5
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_of_keras_have_the_outputs_and_statistics_of_the_whole(name):
    keras.utils.set_random_seed(0)
    model = APPLICATIONS[name]((64, 64, 3))
    seeds = [
        layer.seed_generator.state
        for layer in model._flatten_layers()
        if hasattr(layer, "seed_generator")
    ]
    state = [each.numpy() for each in seeds]
    images = tf.random.uniform((6, 64, 64, 3), -1, 1)
    before = model.get_weights()
    expected = tf.function(lambda x: model(x, training=True))(images)
    statistics = model.get_weights()
    for count in (1, 3):
        model.set_weights(before)
        for variable, value in zip(seeds, state, strict=True):
            variable.assign(value)
        actual = call_in_parts(model, images, count)
        assert np.allclose(actual, expected, atol=1e-4)
        for ours, theirs in zip(model.get_weights(), statistics, strict=True):
            assert np.allclose(ours, theirs, rtol=1e-3, atol=1e-3)
