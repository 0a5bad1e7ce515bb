"""Checks of a task's head and of what it tells a person."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

from modelzoo.inference import Prediction
from modelzoo.task import Task
from modelzoo.testing.closeness import assert_close
from modelzoo.testing.model_calls import outputs
from modelzoo.testing.model_weights import take_weights
from modelzoo.testing.samples import probe_images
from modelzoo.testing.task_subject import TaskSubject
from modelzoo.training.precision import precision_policy

# Where any number of classes is allowed, so many are tried, too.
_MANY = 20
# How many classes are tried at most.
_MOST = 1000


def class_limits(subject: TaskSubject) -> None:
    """It can be made, with a head and a loss, for the fewest classes, a few, and the most."""
    spec = subject.spec
    most = max(_MANY, spec.min_classes) if spec.max_classes is None else spec.max_classes
    for count in sorted({spec.min_classes, subject.num_classes, min(most, _MOST)}):
        task = subject.make(count)
        assert isinstance(task, Task), (
            f"the spec names a {type(task).__name__}, expected a subclass of modelzoo.Task"
        )
        assert task.num_classes == count, (
            f"for {count} classes it says num_classes={task.num_classes}: call "
            "super().__init__(num_classes)"
        )
        assert isinstance(task.loss(), keras.losses.Loss), (
            f"loss() returns {task.loss()!r}, expected an object of keras.losses"
        )
        width = task.head(keras.Input((5,))).shape
        assert width == (None, task.num_outputs), (
            f"for {count} classes the head gives logits {width}, expected "
            f"{(None, task.num_outputs)}, as num_outputs says"
        )
        assert spec.num_outputs in (None, task.num_outputs), (
            f"for {count} classes num_outputs is {task.num_outputs}, the spec says "
            f"{spec.num_outputs}"
        )


def head(subject: TaskSubject) -> None:
    """The head ends in a layer named "logits", and the activation gives finite outputs."""
    task = subject.task
    logits = subject.network().get_layer("probabilities").input
    operation = logits._keras_history.operation
    assert operation.name == "logits", (
        f"the head ends in a layer named {operation.name!r}, expected 'logits'"
    )
    activation = keras.activations.get(task.activation)
    for scale in (1.0, 1e4):
        random = np.random.default_rng(0).standard_normal((6, task.num_outputs))
        made = np.asarray(activation(keras.ops.convert_to_tensor(scale * random, "float32")))
        assert np.isfinite(made).all(), (
            f"the activation {task.activation!r} of logits of about {scale:g} is NaN or infinite"
        )


def mixed_precision(subject: TaskSubject) -> None:
    """In bfloat16 a model with its head gives finite outputs of its width."""
    task = subject.task
    with precision_policy("mixed_bfloat16"):
        model = subject.network()
    made = outputs(model, probe_images(model.input_shape[1:]))
    assert made.shape[1:] == (task.num_outputs,), f"outputs have shape {made.shape}"
    assert np.isfinite(made).all(), "outputs are NaN or infinite"


def head_restored(subject: TaskSubject) -> None:
    """Keras can write the configuration of a model with its head and make the same of it."""
    model = subject.network()
    written = json.dumps(keras.saving.serialize_keras_object(model))
    again = keras.saving.deserialize_keras_object(json.loads(written))
    take_weights(again, model)
    images = probe_images(model.input_shape[1:])
    assert_close(
        outputs(again, images),
        outputs(model, images),
        "outputs of a model and of the one made from its configuration",
    )


def answers(subject: TaskSubject) -> None:
    """An answer has a label, a probability or None, and a score for each class's name."""
    classes = tuple(f"name {index}" for index in range(subject.task.num_classes))
    for output in (*subject.learnt.before, *subject.learnt.after):
        answer = subject.task.decode(output, classes)
        _check_answer(answer, classes)


def answers_right(subject: TaskSubject) -> None:
    """For images that were learnt by heart, the answers are their labels."""
    task, learnt = subject.task, subject.learnt
    classes = tuple(f"name {index}" for index in range(task.num_classes))
    wrong = 0
    for output, label in zip(learnt.after, learnt.labels, strict=True):
        scores = list(task.decode(output, classes)["scores"].values())
        if subject.spec.labels == "class":
            wrong += task.decode(output, classes)["label"] != classes[int(label)]
        elif subject.spec.labels == "multi_hot":
            wrong += not np.array_equal(np.array(scores) >= 0.5, label.astype(bool))
        else:
            wrong += not np.allclose(scores, label, atol=0.3)
    assert wrong <= len(learnt.labels) // 3, (
        f"{wrong} of {len(learnt.labels)} images that were learnt by heart get a wrong answer: "
        "decode() may take the outputs for others than the loss does"
    )


def _check_answer(answer: Any, classes: tuple[str, ...]) -> None:
    expected = {"label", "probability", "scores"}
    assert isinstance(answer, dict) and set(answer) == expected, (  # noqa: PT018
        f"decode() returns {answer!r}, expected a dictionary of {', '.join(sorted(expected))}"
    )
    label, probability, scores = answer["label"], answer["probability"], answer["scores"]
    assert isinstance(label, str), f"label is {label!r}, expected a text"
    assert probability is None or (isinstance(probability, float) and 0 <= probability <= 1), (
        f"probability is {probability!r}, expected None or a Python float from 0 to 1"
    )
    assert isinstance(scores, dict) and set(scores) == set(classes), (  # noqa: PT018
        f"scores are {scores!r}, expected one for each of {', '.join(classes)}"
    )
    assert all(isinstance(each, float) and np.isfinite(each) for each in scores.values()), (
        f"scores are {scores!r}, expected finite Python floats"
    )
    json.dumps(answer)
    str(Prediction(**answer, source="image"))
