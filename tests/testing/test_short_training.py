"""Short trainings: a few steps of the zoo's own, and what there is to learn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.compose import build_model, make_task
from modelzoo.registry import find
from modelzoo.testing.samples import few_classes, noise_images, plain_labels
from modelzoo.testing.short_training import ShortTraining, digest, loss_without_images

IMAGES = 6


def made(task):
    spec = find("task", task).spec
    return spec, make_task(spec, few_classes(spec))


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_without_images_no_less_than_the_entropy_of_the_labels_can_be_reached(task):
    spec, task = made(task)
    labels = plain_labels(spec, task.num_classes, IMAGES)
    if spec.labels == "class":
        shares = np.bincount(labels) / IMAGES
        entropy = -(shares * np.log(shares)).sum()
    else:
        shares = labels.mean(axis=0)
        entropy = -(shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).mean()
    assert loss_without_images(task, task.check_labels(labels)) == pytest.approx(entropy, rel=1e-3)


def test_without_images_no_less_than_the_variance_of_values_can_be_reached():
    spec, task = made("regression")
    labels = plain_labels(spec, task.num_classes, IMAGES)
    expected = labels.astype(np.float64).var(axis=0).mean()
    assert loss_without_images(task, task.check_labels(labels)) == pytest.approx(expected, rel=1e-2)


def test_a_step_is_that_of_keras():
    spec, task = made("multiclass")
    model = build_model(find("model", "mobilenet_v1_mini").spec, task, input_shape=(16, 16, 3))
    of_keras = build_model(find("model", "mobilenet_v1_mini").spec, task, input_shape=(16, 16, 3))
    of_keras.set_weights(model.get_weights())
    training = ShortTraining(model, spec, task, images=IMAGES, learning_rate=1e-3)
    images, labels = noise_images((16, 16, 3), IMAGES), plain_labels(spec, 3, IMAGES)
    of_keras.compile(
        keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(), run_eagerly=True
    )
    loss = of_keras.train_on_batch(images, labels)
    assert training.step() == pytest.approx(float(loss), rel=1e-5)
    for ours, theirs in zip(model.weights, of_keras.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=2e-5)


def test_functions_are_graphs_again_after_a_step():
    spec, task = made("multiclass")
    model = build_model(find("model", "mobilenet_v1_mini").spec, task, input_shape=(16, 16, 3))
    ShortTraining(model, spec, task, images=IMAGES, learning_rate=1e-3).step()
    assert not tf.config.functions_run_eagerly()


def test_a_digest_tells_the_last_bit():
    value = np.array([1.0, 2.0], np.float32)
    assert digest([keras.Variable(value)]) == digest([keras.Variable(value)])
    assert digest([keras.Variable(value)]) != digest([keras.Variable(np.nextafter(value, 3))])
