"""Models with faster layers against the same models as Keras made them."""

import keras
import numpy as np
import pytest

from modelzoo.layers import BatchNormalization, accelerate


class NormInside(keras.layers.Layer):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.norms = [keras.layers.BatchNormalization(), keras.layers.BatchNormalization()]

    def build(self, shape):
        for norm in self.norms:
            norm.build(shape)

    def call(self, x):
        return self.norms[1](self.norms[0](x))


class Subclass(keras.layers.BatchNormalization):
    """May compute anything."""


def mobilenet():
    return keras.applications.MobileNet((32, 32, 3), alpha=0.25, weights=None, classes=3)


def nested():
    inner = keras.Sequential([keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization()])
    images = keras.Input((8, 8, 3))
    functional = keras.Model(images, NormInside()(inner(images)))
    return keras.Sequential(
        [keras.Input((8, 8, 3)), functional, keras.layers.Flatten(), keras.layers.Dense(3)]
    )


def norms(model):
    return [
        each
        for each in model._flatten_layers()
        if isinstance(each, keras.layers.BatchNormalization)
    ]


def of_seed(build):
    keras.utils.set_random_seed(0)
    return build()


@pytest.mark.parametrize(("build", "count"), [(mobilenet, 27), (nested, 3)])
def test_all_batch_norms_become_ours(build, count):
    model = build()
    assert accelerate(model) is model
    assert [type(each) for each in norms(model)] == [BatchNormalization] * count


@pytest.mark.parametrize("build", [mobilenet, nested])
def test_outputs_and_weights_stay_as_they_are(build):
    model, stock = accelerate(of_seed(build)), of_seed(build)
    images = np.random.default_rng(0).normal(size=(4, *stock.input_shape[1:]))
    for ours, theirs in zip(model.weights, stock.weights, strict=True):
        assert (ours.name, ours.shape) == (theirs.name, theirs.shape)
        assert np.array_equal(ours, theirs)
    assert np.allclose(model(images), stock(images), atol=1e-5)


def test_trained_weights_are_those_of_stock_layers():
    x, y = np.random.default_rng(0).normal(size=(8, 8, 8, 3)), np.arange(8) % 3
    weights = []
    for prepare in (accelerate, lambda model: model):
        model = prepare(of_seed(nested))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(0.01), loss)
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for ours, theirs in zip(*weights, strict=True):
        assert np.allclose(ours, theirs, atol=1e-4)


def test_a_compiled_model_goes_on_with_the_state_of_its_optimizer():
    x, y = np.random.default_rng(0).normal(size=(8, 8, 8, 3)), np.arange(8.0)[:, None]
    models = [of_seed(nested) for _ in range(2)]
    for model in models:
        model.compile(keras.optimizers.SGD(0.001, momentum=0.9), "mse")
        model.fit(x, y, shuffle=False, verbose=0)
    accelerate(models[0])
    for model in models:
        model.fit(x, y, shuffle=False, verbose=0)
        assert int(model.optimizer.iterations) == 2
    assert np.allclose(models[0].predict(x, verbose=0), models[1].predict(x, verbose=0), atol=1e-4)


def test_subclasses_stay_what_they_are():
    inputs = keras.Input((3,))
    model = accelerate(keras.Model(inputs, Subclass()(inputs)))
    assert type(model.layers[-1]) is Subclass


def test_a_model_that_is_not_built_is_accelerated_too():
    model = accelerate(keras.Sequential([keras.layers.BatchNormalization()]))
    assert model(np.ones((2, 3))).shape == (2, 3)
    assert type(model.layers[0]) is BatchNormalization
