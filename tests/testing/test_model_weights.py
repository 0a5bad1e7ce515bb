"""Weights with which a model shows what it computes."""

import keras
import numpy as np
import pytest

from modelzoo.compose import build_model, make_task
from modelzoo.registry import find
from modelzoo.testing.closeness import spread
from modelzoo.testing.model_calls import logits_of, outputs
from modelzoo.testing.model_weights import calibrate, move_weights, take_weights, unit_logits
from modelzoo.testing.samples import probe_images

SHAPE = (32, 32, 3)


def small_model(name="mobilenet_v1_025_128"):
    task = make_task(find("task", "multiclass").spec, 3)
    return build_model(find("model", name).spec, task, input_shape=SHAPE)


def test_no_weights_are_all_the_same_after_they_were_moved():
    model = small_model()
    move_weights(model)
    values = [np.asarray(each) for each in model.weights if each.shape != (1,)]
    assert not any((each == each.flat[0]).all() for each in values)


def test_variances_stay_positive():
    model = small_model()
    move_weights(model)
    variances = [each for each in model.weights if each.name == "moving_variance"]
    assert min(np.asarray(each).min() for each in variances) > 0


def test_calibrated_batch_norms_have_the_statistics_of_the_probes():
    images = keras.Input(SHAPE)
    scaled = keras.layers.Rescaling(1 / 255)(images)
    model = keras.Model(images, keras.layers.BatchNormalization()(scaled))
    calibrate(model)
    pixels = probe_images(SHAPE).astype(np.float64) / 255
    norm = model.layers[-1]
    np.testing.assert_allclose(norm.moving_mean, pixels.mean(axis=(0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(norm.moving_variance, pixels.var(axis=(0, 1, 2)), rtol=1e-4)
    assert norm.momentum == 0.99


def test_nothing_is_dropped_while_batch_norms_are_calibrated():
    images = keras.Input(SHAPE)
    dropped = keras.layers.Dropout(0.5)(keras.layers.Rescaling(1 / 255)(images))
    model = keras.Model(images, keras.layers.BatchNormalization()(dropped))
    calibrate(model)
    pixels = probe_images(SHAPE).astype(np.float64) / 255
    np.testing.assert_allclose(
        model.layers[-1].moving_variance, pixels.var(axis=(0, 1, 2)), rtol=1e-4
    )
    assert model.layers[-2].rate == 0.5


def test_logits_of_a_deep_network_differ_from_image_to_image_once_it_is_calibrated():
    model, images = small_model(), probe_images(SHAPE)
    before = spread(outputs(logits_of(model), images))
    calibrate(model)
    after = spread(outputs(logits_of(model), images))
    assert before < 1e-6 < 0.1 < after


def test_the_largest_logit_can_be_made_one():
    model, images = small_model(), probe_images(SHAPE)
    unit_logits(model, images)
    assert np.abs(outputs(logits_of(model), images)).max() == pytest.approx(1, rel=1e-3)


def test_weights_are_taken_over():
    model, other = small_model(), small_model()
    take_weights(model, other)
    for ours, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
