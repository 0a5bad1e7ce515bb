"""Layers that compute with something derived from their variables, after an assignment."""

import keras
import numpy as np
import pytest

from modelzoo.weights import finalize_layers, read_weights, save_weights


def normalizing(mean):
    """A model within a model whose normalization has adapted to this mean."""
    layer = keras.layers.Normalization()
    inner = keras.Sequential([keras.Input((1,)), layer])
    layer.adapt(np.array([[mean - 1.0], [mean + 1.0]], np.float32))
    inputs = keras.Input((1,))
    return keras.Model(inputs, inner(inputs))


def test_an_adapted_normalization_comes_back_from_a_file(tmp_path):
    save_weights(tmp_path, normalizing(5.0), {})
    model = normalizing(0.0)
    read_weights(tmp_path, model)
    assert float(model(np.array([[6.0]]))[0, 0]) == pytest.approx(1.0)


def test_values_that_were_assigned_are_computed_with():
    model = normalizing(0.0)
    for variable in model.variables:
        if variable.name == "mean":
            variable.assign([5.0])
    finalize_layers(model)
    assert float(model(np.array([[6.0]]))[0, 0]) == pytest.approx(1.0)
