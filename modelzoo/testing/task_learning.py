"""Checks that a task can be learnt, and that its numbers tell that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.task import Task
from modelzoo.testing.samples import plain_labels
from modelzoo.testing.short_training import loss_without_images
from modelzoo.testing.task_subject import TaskSubject
from modelzoo.training.evaluation import Evaluator

# Share of the loss that can be reached without looking at the images: labels that are smoothed
# by 0.3 leave 0.66 of it.
_LEARNT = 0.8
_IMAGES = 6


def loss_per_image(subject: TaskSubject) -> None:
    """The loss is one finite number for each image, whatever the other images are."""
    task = subject.task
    evaluator = Evaluator(subject.network(), loss=task.loss(), metrics=())
    labels = tf.constant(task.check_labels(plain_labels(subject.spec, task.num_classes, _IMAGES)))
    for scale in (1.0, 1e3):
        logits = _logits(task, scale=scale)
        values = np.asarray(evaluator.loss_values(labels, logits))
        where = f"of logits of about {scale:g}"
        assert values.shape == (_IMAGES,), f"the loss {where} has shape {values.shape} for 6 images"
        assert np.isfinite(values).all(), (
            f"the loss {where} is NaN or infinite: compute it from logits (from_logits=True)"
        )
        alone = np.concatenate(
            [
                np.asarray(evaluator.loss_values(labels[each : each + 1], logits[each : each + 1]))
                for each in range(_IMAGES)
            ]
        )
        np.testing.assert_allclose(
            alone, values, rtol=1e-4, err_msg=f"the loss {where}, of images alone and together"
        )


def learns(subject: TaskSubject) -> None:
    """A small network learns a few images by heart, and its loss falls."""
    learnt = subject.learn()
    assert np.isfinite(learnt.losses).all(), "the loss becomes NaN or infinite"
    enough = _LEARNT * loss_without_images(subject.task, learnt.checked)
    reached = min(learnt.losses[-5:])
    assert reached < enough, (
        f"after {len(learnt.losses)} steps the loss is {reached:.3g}, from {learnt.losses[0]:.3g}; "
        f"expected less than {enough:.3g}, a part of what can be reached without looking at the "
        "images"
    )


def metrics(subject: TaskSubject) -> None:
    """Metrics have names of their own, take batches and weights, and are finite."""
    task, learnt = subject.task, subject.learnt
    made = task.metrics()
    for each in made:
        assert isinstance(each, keras.metrics.Metric), (
            f"metrics() returns {each!r}, expected objects of keras.metrics"
        )
    names = [each.name for each in made]
    assert len({*names, "loss"}) == len(names) + 1, (
        f"metrics are named {names}, expected names of their own, none of them 'loss'"
    )
    # The first half of the answers is right.
    first = np.arange(len(learnt.after)) < len(learnt.after) // 2
    outputs = np.where(first[:, None], learnt.after, learnt.before)
    at_once = metric_results(task, learnt.checked, outputs)
    assert np.isfinite(list(at_once.values())).all(), f"metrics are {at_once}, expected numbers"
    counted = metric_results(task, learnt.checked[first], outputs[first])
    weighted = metric_results(task, learnt.checked, outputs, first.astype(np.float32))
    assert _close(counted, weighted), (
        f"metrics of the first half of the images are {counted}, but with sample weights of 0 for "
        f"the others {weighted}"
    )
    assert _same_in_batches(task, learnt.checked, outputs, at_once), (
        f"metrics of all images at once, {at_once}, are others than after two batches, or are "
        "not forgotten by reset_state()"
    )


def monitor(subject: TaskSubject) -> None:
    """The number that runs are compared by is one that gets better by learning."""
    task, learnt = subject.task, subject.learnt
    assert task.monitor_mode in ("min", "max"), (
        f"monitor_mode is {task.monitor_mode!r}, expected 'min' or 'max'"
    )
    before = {"loss": learnt.losses[0], **metric_results(task, learnt.checked, learnt.before)}
    after = {"loss": learnt.losses[-1], **metric_results(task, learnt.checked, learnt.after)}
    assert task.monitor in after, (
        f"monitor is {task.monitor!r}, which is none of {', '.join(after)}"
    )
    first, last = before[task.monitor], after[task.monitor]
    better = last > first if task.monitor_mode == "max" else last < first
    assert better, (
        f"{task.monitor} is {first:.3g} before the images were learnt and {last:.3g} after, which "
        f"is not better in the mode {task.monitor_mode!r}"
    )


def _logits(task: Task, *, scale: float) -> tf.Tensor:
    random = np.random.default_rng(0)
    return tf.constant(scale * random.standard_normal((_IMAGES, task.num_outputs)), tf.float32)


def metric_results(
    task: Task,
    labels: NDArray[Any],
    outputs: NDArray[np.float32],
    weights: NDArray[np.float32] | None = None,
) -> dict[str, float]:
    """The task's metrics of some images, by their names.

    Args:
        task: The task.
        labels: As the task checked them.
        outputs: What a model makes of the images, ``(images, num_outputs)``.
        weights: How much each image counts, ``(images,)``; default: all the same.

    Example:
        >>> from modelzoo import find
        >>> from modelzoo.compose import make_task
        >>> task = make_task(find("task", "binary").spec, 2)
        >>> metric_results(task, task.check_labels(np.array([1])), np.array([[0.9]], np.float32))
        {'accuracy': 1.0}
    """
    made = task.metrics()
    for each in made:
        each.update_state(labels, outputs, sample_weight=weights)
    return _named(made)


def _same_in_batches(
    task: Task, labels: NDArray[Any], outputs: NDArray[np.float32], expected: Mapping[str, float]
) -> bool:
    made = task.metrics()
    for each in made:
        each.update_state(labels[:3], outputs[:3])
        each.reset_state()
        each.update_state(labels[:3], outputs[:3])
        each.update_state(labels[3:], outputs[3:])
    return _close(_named(made), expected)


def _named(made: list[keras.metrics.Metric]) -> dict[str, float]:
    values: dict[str, float] = {}
    for each in made:
        result = each.result()
        values |= result if isinstance(result, dict) else {each.name: result}
    return {name: float(value) for name, value in values.items()}


def _close(first: Mapping[str, float], second: Mapping[str, float]) -> bool:
    return first.keys() == second.keys() and all(
        np.isclose(first[name], second[name], rtol=1e-4, atol=1e-5) for name in first
    )
