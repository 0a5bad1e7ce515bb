"""Checks that a model can be trained."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from modelzoo.layers.native import load_library
from modelzoo.testing.check import skip
from modelzoo.testing.model_inference import assert_close
from modelzoo.testing.model_subject import ModelSubject
from modelzoo.testing.samples import noise_images
from modelzoo.testing.short_training import digest
from modelzoo.training.parted_model import PartedModel
from modelzoo.training.parts import split_parts

_STEPS = 100


def gradients(subject: ModelSubject) -> None:
    """The loss depends on every trainable weight."""
    model = subject.model
    last = model.get_layer("probabilities")
    logits = keras.Model(model.input, last.input)
    waiting = {id(each): each for each in model.trainable_variables}
    for seed, training in ((0, True), (1, False), (2, True)):
        images = noise_images(model.input_shape[1:], 4 + 4 * seed, seed=seed)
        before = [np.asarray(each) for each in model.non_trainable_variables]
        with tf.GradientTape() as tape:
            made = logits(images, training=training)
            weights = np.random.default_rng(seed).standard_normal(made.shape)
            loss = tf.reduce_sum(made * tf.cast(weights, made.dtype))
        for variable, value in zip(model.non_trainable_variables, before, strict=True):
            variable.assign(value)
        variables = list(waiting.values())
        found = tape.gradient(loss, [each.value for each in variables])
        for variable, gradient in zip(variables, found, strict=True):
            assert gradient is not None, (
                f"the outputs do not depend on the weights {variable.path}: use or remove them"
            )
            values = tf.convert_to_tensor(gradient).numpy()
            assert np.isfinite(values).all(), (
                f"the gradient of the weights {variable.path} is NaN or infinite"
            )
            if values.any():
                del waiting[id(variable)]
        if not waiting:
            return
    paths = [each.path for each in waiting.values()]
    raise AssertionError(
        f"the gradient of {len(paths)} weights, such as {paths[0]}, is 0 for all images of noise: "
        "they can't be learnt"
    )


def in_parts(subject: ModelSubject) -> None:
    """A training step in parts of a batch computes what one in a single piece does."""
    if load_library().operations is None:
        skip("there are no compiled kernels here, so nothing is trained in parts")
    model = subject.model
    images = tf.constant(noise_images(model.input_shape[1:], 8))
    state = [np.asarray(each) for each in model.non_trainable_variables]

    def restore() -> None:
        for variable, value in zip(model.non_trainable_variables, state, strict=True):
            variable.assign(value)

    whole = np.asarray(model(images, training=True))
    restore()
    parted = np.asarray(PartedModel(model)(split_parts(images, 2)))
    restore()
    assert_close(parted, whole, "outputs in training, of a batch in two parts and in one piece,")


def same_seed(subject: ModelSubject) -> None:
    """Built and trained twice from one seed, it is the same to the bit."""
    subject.model  # noqa: B018 - skips
    first = digest(subject.train().model.variables)
    assert first == digest(subject.train().model.variables), (
        "two builds from one seed, trained for two steps each, have different weights: take all "
        "that is random from keras.random and keras.initializers"
    )


def overfits(subject: ModelSubject) -> None:
    """It learns a batch of eight images by heart."""
    subject.model  # noqa: B018 - skips
    training = subject.train()
    first = loss = training.step()
    for _ in range(_STEPS):
        loss = training.step()
        if loss < 0.3 * first:
            return
    raise AssertionError(f"after {_STEPS} steps on one batch the loss is {loss:.3g}, not below")
