"""Our batch norm against that of Keras, on the same weights and inputs."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.layers import BatchNormalization

SETTINGS = {
    "as it comes": {},
    "no scale": {"scale": False},
    "no offset": {"center": False},
    "neither": {"scale": False, "center": False},
    "other constants": {"momentum": 0.7, "epsilon": 0.05},
    "frozen": {"trainable": False},
    "another axis": {"axis": 1},
    "last axis by its number": {"axis": 3},
    "renormalisation": {"renorm": True},
    "float64": {"dtype": "float64"},
}


def pair(shape, **settings):
    """Ours and Keras's with the same random weights."""
    layers = [kind(**settings) for kind in (BatchNormalization, keras.layers.BatchNormalization)]
    for layer in layers:
        layer.build(shape)
        rng = np.random.default_rng(0)
        layer.set_weights([rng.uniform(0.5, 1.5, each.shape) for each in layer.get_weights()])
    return layers


def images(*shape, dtype="float32"):
    return tf.cast(np.random.default_rng(1).normal(0.5, 2.0, shape), dtype)


def call(layer, x, training=True, **arguments):
    """Outputs, gradients of input and weights, and weights afterwards."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, training=training, **arguments)
        total = tf.reduce_sum(tf.sin(tf.cast(outputs, tf.float64)))
    weights = [each.value for each in layer.trainable_variables]
    return [outputs, *tape.gradient(total, [x, *weights]), *layer.get_weights()]


def assert_same(ours, theirs, tolerance=1e-5):
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        a, b = (np.asarray(each, np.float64) for each in (a, b))
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1, np.abs(b).max()))


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_numbers_gradients_and_statistics_are_keras_s(settings, training):
    x = images(5, 4, 6, 3)
    ours, theirs = pair(x.shape, **settings)
    assert_same(call(ours, x, training), call(theirs, x, training))


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize(
    "shape",
    [(7, 3), (4, 5, 3), (2, 3, 4, 3), (2, 3, 2, 4, 3), (1, 4, 4, 3), (1, 3), (1, 1, 1, 2), (3, 1)],
    ids=str,
)
def test_any_rank_and_number_of_values(shape, training):
    x = images(*shape)
    assert_same(*(call(layer, x, training) for layer in pair(shape)))


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16", "float16", "bfloat16"])
def test_lower_precisions_compute_as_in_keras(dtype):
    low = dtype.removeprefix("mixed_")
    x = images(5, 4, 6, 3, dtype=low)
    ours, theirs = (call(layer, x) for layer in pair(x.shape, dtype=dtype))
    assert ours[0].dtype == low
    # The last bit may be rounded to the other side.
    assert_same(ours, theirs, tolerance=2e-2 if low == "bfloat16" else 2e-3)


def test_whole_numbers_are_computed_with_as_in_keras():
    x = np.random.default_rng(0).integers(0, 255, (4, 3, 3, 2), np.uint8)
    ours, theirs = pair(x.shape)
    assert_same([ours(x, training=True)], [theirs(x, training=True)])


def test_a_mask_is_left_to_keras():
    x = images(4, 5, 3)
    mask = tf.constant(np.random.default_rng(0).random((4, 5)) < 0.6)
    assert_same(*(call(layer, x, mask=mask) for layer in pair(x.shape)))


def test_a_batch_of_unknown_size_keeps_what_is_known_of_the_shape():
    layer = BatchNormalization()
    layer.build((None, 3))
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, 5, 3])])
    def normalise(x):
        outputs = layer(x, training=True)
        shapes.append(outputs.shape.as_list())
        return outputs

    layer.input_spec = None
    assert normalise(images(2, 5, 3)).shape == (2, 5, 3)
    assert shapes == [[None, 5, 3]]


def test_names_of_weights_and_configuration_are_keras_s():
    ours, theirs = pair((2, 3), name="norm", momentum=0.9, gamma_regularizer="l2")
    assert [each.path for each in ours.weights] == [each.path for each in theirs.weights]
    assert ours.get_config() == theirs.get_config()
    again = BatchNormalization.from_config(ours.get_config())
    assert again.get_config() == ours.get_config()


def test_a_saved_model_is_read_again(tmp_path):
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, BatchNormalization()(inputs))
    x = images(5, 4, 4, 3)
    model(x, training=True)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert type(again.layers[-1]) is BatchNormalization
    assert np.array_equal(again(x), model(x))


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "XLA"])
def test_keras_s_fit_gives_the_same_weights(jit_compile):
    x, y = images(8, 4, 4, 3), np.arange(8.0)
    weights = []
    for kind in (BatchNormalization, keras.layers.BatchNormalization):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((4, 4, 3)), kind(), keras.layers.Flatten()])
        model.add(keras.layers.Dense(1))
        model.compile("sgd", "mse", jit_compile=jit_compile)
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    assert_same(*weights)
