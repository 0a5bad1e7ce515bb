"""A task under test, with a small network that has learnt it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.compose import build_model, make_task
from modelzoo.registry import Entry, TaskSpec, find
from modelzoo.task import Task
from modelzoo.testing.check import Skipped, skip
from modelzoo.testing.samples import few_classes, plain_labels
from modelzoo.testing.short_training import ShortTraining
from modelzoo.training.seeding import seeded

__all__ = ["Learnt", "TaskSubject"]

_MODEL = "mobilenet_v1_mini"
_SHAPE = (16, 16, 3)
_OPTIONS = {"filters": (8,), "hidden_units": 32}
_IMAGES = 12
_STEPS = 40
_LEARNING_RATE = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a small network makes of a few images of noise, before and after it learnt them.

    Attributes:
        labels: As a dataset has them.
        checked: As the task checked them.
        losses: The loss before each step.
        before: Outputs, float32 ``(images, num_outputs)``.
        after: Likewise.
    """

    labels: NDArray[Any]
    checked: NDArray[Any]
    losses: list[float]
    before: NDArray[np.float32]
    after: NDArray[np.float32]


@dataclass
class TaskSubject:
    """A task under test.

    Attributes:
        entry: The task.
    """

    entry: Entry[TaskSpec]

    @property
    def spec(self) -> TaskSpec:
        """The task's spec."""
        return self.entry.spec

    @property
    def title(self) -> str:
        """``task NAME``."""
        return f"task {self.spec.name}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """Those of the spec."""
        return self.spec.expected_failures

    @property
    def num_classes(self) -> int:
        """A few classes (or values)."""
        return few_classes(self.spec)

    def make(self, num_classes: int | None = None) -> Task:
        """The task's object, for a few classes unless a number is given."""
        return make_task(self.spec, num_classes or self.num_classes)

    @cached_property
    def _task(self) -> Task | Exception:
        try:
            return self.make()
        except Exception as error:
            return error

    @property
    def task(self) -> Task:
        """The task's object; skips where it can't be made, which ``class_limits`` says."""
        if not isinstance(self._task, Task):
            skip("it can't be made")
        return self._task

    def network(self, task: Task | None = None) -> keras.Model:
        """A small network with the task's head."""
        with seeded(1):
            return build_model(
                find("model", _MODEL).spec,
                task or self.task,
                input_shape=_SHAPE,
                options=_OPTIONS,
            )

    def _train(self) -> Learnt:
        training = ShortTraining(
            self.network(),
            self.spec,
            self.task,
            images=_IMAGES,
            learning_rate=_LEARNING_RATE,
        )
        before = training.outputs()
        losses = [training.step() for _ in range(_STEPS)]
        return Learnt(
            labels=plain_labels(self.spec, self.num_classes, _IMAGES),
            checked=training.labels,
            losses=losses,
            before=before,
            after=training.outputs(),
        )

    @cached_property
    def _learnt(self) -> Learnt | Exception:
        try:
            return self._train()
        except Exception as error:
            return error

    def learn(self) -> Learnt:
        """Let a small network learn a few images by heart; once.

        Raises:
            Exception: What the training raised.
        """
        if isinstance(self._learnt, Exception):
            raise self._learnt
        return self._learnt

    @property
    def learnt(self) -> Learnt:
        """What was learnt; skips where the training failed, which ``learns`` says."""
        if isinstance(self._learnt, Skipped):
            raise self._learnt
        if isinstance(self._learnt, Exception):
            skip("it can't be trained")
        return self._learnt
