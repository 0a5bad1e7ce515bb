"""A few steps of the zoo's own training, without graphs, which take longer to make than to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.data.augment import Augmentation
from modelzoo.layers.eagerly import functions_run_eagerly
from modelzoo.layers.native import load_library
from modelzoo.registry import TaskSpec
from modelzoo.task import Task
from modelzoo.testing.samples import noise_images, plain_labels
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.loop import TrainingLoop

__all__ = ["ShortTraining", "digest", "loss_without_images"]

_LOGIT_STEPS = 60


class ShortTraining:
    """Trains a model on one batch of noise, again and again, with Adam.

    Args:
        model: A model with the task's head.
        spec: The task's spec.
        task: The task.
        images: How many images the batch has.
        learning_rate: Of Adam.
    """

    def __init__(
        self,
        model: keras.Model,
        spec: TaskSpec,
        task: Task,
        *,
        images: int,
        learning_rate: float,
    ) -> None:
        self.model = model
        self.labels = task.check_labels(plain_labels(spec, task.num_classes, images))
        self._images = noise_images(model.input_shape[1:], images)
        optimizer = keras.optimizers.Adam(learning_rate)
        optimizer.build(model.trainable_variables)
        self._loop = TrainingLoop(
            Evaluator(model, loss=task.loss(), metrics=task.metrics()),
            optimizer,
            augmentation=Augmentation(),
            batch_size=images,
            strategy=tf.distribute.get_strategy(),
            # What a training on a CPU does where the kernels could be compiled.
            parts=2 if load_library().operations is not None else None,
        )

    def step(self) -> float:
        """Do one step.

        Returns:
            The loss before it.
        """
        batch = (self._images, self.labels, np.zeros((len(self._images), 0), np.float32))
        with functions_run_eagerly():
            return float(self._loop.run_batch(*(tf.constant(each) for each in batch)))

    def outputs(self) -> NDArray[np.float32]:
        """What the model makes of the batch now, not in training."""
        return np.asarray(self.model(self._images, training=False))


def loss_without_images(task: Task, labels: NDArray[Any]) -> float:
    """The least loss that a model reaches which answers the same for every image.

    Args:
        task: The task.
        labels: As the task checked them.

    Example:
        >>> from modelzoo import find
        >>> from modelzoo.compose import make_task
        >>> task = make_task(find("task", "binary").spec, 2)
        >>> round(loss_without_images(task, task.check_labels(np.array([0, 1]))), 3)
        0.693
    """
    logits = keras.Variable(np.zeros((1, task.num_outputs), np.float32))
    optimizer, loss = keras.optimizers.Adam(0.1), task.loss()
    least = float("inf")
    for _ in range(_LOGIT_STEPS):
        with tf.GradientTape() as tape:
            value = loss(labels, tf.repeat(logits.value, len(labels), axis=0))
        least = min(least, float(value))
        optimizer.apply([tape.gradient(value, logits.value)], [logits])
    return least


def digest(variables: Iterable[keras.Variable]) -> str:
    """A hash of all values, to the bit.

    Example:
        >>> digest([keras.Variable([1.0])]) == digest([keras.Variable([1.0])])
        True
    """
    hashed = hashlib.blake2b()
    for variable in variables:
        hashed.update(np.asarray(variable).tobytes())
    return hashed.hexdigest()
