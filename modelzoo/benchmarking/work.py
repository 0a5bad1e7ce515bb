"""The work that is timed: training steps, on random pixels in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.benchmarking.subject import Subject
from modelzoo.compose import build_model, make_task
from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.mixing import draw_partners
from modelzoo.errors import NonFiniteLossError
from modelzoo.registry import LabelKind
from modelzoo.task import Task
from modelzoo.training.configured import make_optimizer
from modelzoo.training.engine import Engine, choose_engine
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.loop import TrainingLoop
from modelzoo.training.precision import precision_policy
from modelzoo.training.seeding import seeded
from modelzoo.training.strategies import choose_strategy

__all__ = ["TrainingWork", "make_training", "random_images", "random_labels"]

# So many different batches take turns; the graph runs as many steps at a time as the order has.
_BATCHES = 4
_STEPS_PER_CALL = 64


@dataclasses.dataclass(frozen=True, slots=True)
class TrainingWork:
    """A model in training.

    Attributes:
        model: The model.
        optimizer: Its optimizer.
        engine: What computes the steps.
        run: Does so many training steps and returns when they are done.
    """

    model: keras.Model
    optimizer: keras.optimizers.Optimizer
    engine: Engine
    run: Callable[[int], None]


def make_training(subject: Subject) -> TrainingWork:
    """Build a model and its compiled training steps, the same that a ``Trainer`` does.

    Args:
        subject: What is to be trained.

    Returns:
        The steps; the first call of ``run`` compiles them. It raises ``NonFiniteLossError`` where
        the loss does not stay finite, because the loop ends there.

    Example:
        >>> make_training(Subject.from_names("mobilenet_v1_mini")).model.count_params()
        804572
    """
    config, strategy = subject.config, choose_strategy("auto")
    engine = choose_engine(config, strategy)
    with seeded(config.seed), strategy.scope(), precision_policy(config.precision):
        task = make_task(subject.task, subject.num_classes)
        model = build_model(
            subject.model, task, input_shape=subject.input_shape, options=subject.options
        )
        evaluator = Evaluator(model, loss=task.loss(), metrics=task.metrics())
        optimizer = make_optimizer(config)
        optimizer.build(model.trainable_variables)
    augmentation = Augmentation.from_config(config.augment)
    loop = TrainingLoop(
        evaluator,
        optimizer,
        augmentation=augmentation,
        batch_size=config.batch_size,
        strategy=strategy,
        parts=engine.parts,
    )
    n = _BATCHES * config.batch_size
    labels = random_labels(task, subject.task.labels, n)
    choices = {"seed": config.seed, "epoch": 0, "n": n}
    rows = augmentation.draw(**choices, size=(subject.input_shape[0], subject.input_shape[1]))
    partners = tf.constant(draw_partners(**choices)) if augmentation.mixes else None
    order = np.arange(_STEPS_PER_CALL * config.batch_size, dtype=np.int32) % n
    images = random_images(n, subject.input_shape)
    data = [tf.constant(each) for each in (images, labels, rows, order)]

    def run(steps: int) -> None:
        for done in range(0, steps, _STEPS_PER_CALL):
            last = min(steps - done, _STEPS_PER_CALL)
            reached, loss = loop.run_steps(*data, tf.constant(0), tf.constant(last), partners)
            if not np.isfinite(float(loss)):
                raise NonFiniteLossError(
                    f"The loss of model {subject.model.name!r} became {float(loss)} on random "
                    "images, so its steps can't be timed. Try a smaller learning rate: "
                    "--config learning_rate=1e-4.",
                    epoch=1,
                    step=done + int(reached),
                )

    return TrainingWork(model, optimizer, engine, run)


def random_images(n: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Random pixels, uint8 ``(n, height, width, channels)``, 0-255, always the same ones.

    Example:
        >>> random_images(2, (8, 8, 1)).shape
        (2, 8, 8, 1)
    """
    return np.random.default_rng(0).integers(0, 256, (n, *shape), np.uint8)


def random_labels(task: Task, kind: LabelKind, n: int) -> NDArray[Any]:
    """Labels that a task takes, always the same ones.

    Args:
        task: The task.
        kind: The kind of label that it learns from.
        n: How many.

    Returns:
        The labels as the task checked them.

    Example:
        >>> task = make_task(Subject.from_names("mobilenet_v1_mini").task, 2)
        >>> random_labels(task, "class", 4).shape
        (4, 1)
    """
    random = np.random.default_rng(0)
    if kind == "class":
        return task.check_labels(random.integers(0, task.num_classes, n))
    if kind == "multi_hot":
        return task.check_labels(random.integers(0, 2, (n, task.num_classes)))
    return task.check_labels(random.random((n, task.num_classes), np.float32))
