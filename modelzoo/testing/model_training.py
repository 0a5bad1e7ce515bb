"""Checks that a model can be trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.layers.native import load_library
from modelzoo.testing.check import skip
from modelzoo.testing.closeness import assert_close
from modelzoo.testing.model_calls import logits_of
from modelzoo.testing.model_subject import ModelSubject
from modelzoo.testing.samples import noise_images
from modelzoo.testing.short_training import digest, loss_without_images
from modelzoo.training.parted_model import PartedModel
from modelzoo.training.parts import split_parts

# Wide networks learn by small steps, transformers by smaller ones still, and narrow networks need
# large ones.
_FEW_PARAMETERS = 1_000_000
_RATES_FOR_FEW = (3e-2, 3e-3, 3e-4)
_RATES = (1e-4, 3e-5, 1e-3, 1e-2)
_STEPS = 40
# Share of the loss that can be reached without looking at the images.
_LEARNT = 0.5


def gradients(subject: ModelSubject) -> None:
    """The loss depends on every trainable weight."""
    model = logits_of(subject.model)
    waiting = list(model.trainable_variables)
    # A unit may be dead for some images, and a part of the network be dropped in training.
    for images, training in ((4, True), (8, False), (16, True)):
        batch = noise_images(model.input_shape[1:], images, seed=images)
        missing = []
        for variable, gradient in _gradients(model, batch, waiting, training=training):
            assert gradient is not None, (
                f"outputs do not depend on the weights {variable.path}: use them or remove them"
            )
            assert np.isfinite(gradient).all(), (
                f"the gradient of the weights {variable.path} is NaN or infinite"
            )
            if not gradient.any():
                missing.append(variable)
        waiting = missing
        if not waiting:
            return
    raise AssertionError(
        f"the gradient of {len(waiting)} weights, such as {waiting[0].path}, is 0 for all images: "
        "they can't be learnt"
    )


def in_parts(subject: ModelSubject) -> None:
    """A training step in parts of a batch computes what one in a single piece does."""
    if load_library().operations is None:
        skip("there are no compiled kernels here, so nothing is trained in parts")
    model = logits_of(subject.model)
    images = tf.constant(subject.images)
    with _restored(model.non_trainable_variables):
        whole = np.asarray(model(images, training=True))
    with _restored(model.non_trainable_variables):
        parted = np.asarray(PartedModel(model)(split_parts(images, 2)))
    assert_close(parted, whole, "logits in training, of a batch in two parts and in one piece,")


def same_seed(subject: ModelSubject) -> None:
    """Built and trained twice from one seed, it is the same to the bit."""
    subject.model  # noqa: B018 - skips
    first, second = (_trained(subject) for _ in range(2))
    assert first == second, (
        "two builds from one seed, trained for two steps each, have different weights: take all "
        "that is random from keras.initializers and keras.random"
    )


def overfits(subject: ModelSubject) -> None:
    """It learns a batch of eight images by heart."""
    subject.model  # noqa: B018 - skips
    model, task = subject.build(subject.task), subject.make_task(subject.task)
    losses = {}
    for rate in _RATES_FOR_FEW if model.count_params() < _FEW_PARAMETERS else _RATES:
        with _restored(model.variables):
            training = subject.training(model, learning_rate=rate)
            enough = _LEARNT * loss_without_images(task, training.labels)
            for _ in range(_STEPS):
                losses[rate] = training.step()
                if losses[rate] < enough:
                    return
    found = ", ".join(f"{loss:.3g} (Adam, {rate:g})" for rate, loss in losses.items())
    raise AssertionError(
        f"after {_STEPS} steps on one batch of images the loss is {found}, expected less than "
        f"{enough:.3g}, half of what can be reached without looking at them"
    )


def _trained(subject: ModelSubject) -> str:
    """The digest of a new build after two steps of training."""
    model = subject.build(subject.task)
    training = subject.training(model)
    for _ in range(2):
        training.step()
    return digest(model.variables)


def _gradients(
    model: keras.Model,
    images: NDArray[np.uint8],
    variables: Sequence[keras.Variable],
    *,
    training: bool,
) -> list[tuple[keras.Variable, NDArray[np.float32] | None]]:
    """Of a random sum of the outputs, which no symmetry of a loss makes 0."""
    with _restored(model.non_trainable_variables), tf.GradientTape() as tape:
        made = model(images, training=training)
        factors = np.random.default_rng(0).standard_normal(made.shape)
        total = tf.reduce_sum(made * tf.cast(factors, made.dtype))
    found = tape.gradient(total, [each.value for each in variables])
    values = [None if each is None else tf.convert_to_tensor(each).numpy() for each in found]
    return list(zip(variables, values, strict=True))


@contextmanager
def _restored(variables: Sequence[keras.Variable]) -> Iterator[None]:
    before = [np.asarray(each) for each in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
