"""A model under test, built as few times as its checks can do with."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.compose import build_model, make_task
from modelzoo.errors import IncompatibleError, UnknownNameError
from modelzoo.layers import count_mult_adds
from modelzoo.registry import Entry, ModelSpec, Shape, TaskSpec, find, list_entries
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.task import Task
from modelzoo.testing.check import skip
from modelzoo.testing.model_calls import logits_of, outputs
from modelzoo.testing.model_weights import calibrate, move_weights
from modelzoo.testing.samples import few_classes, probe_images
from modelzoo.testing.short_training import ShortTraining
from modelzoo.training.seeding import seeded

__all__ = ["ModelSubject"]

# Side of the images where the model takes them: small, and maps of some pixels are left.
_SIDE = 32
_SEED = 1
_BATCH = 8
# A gigabyte of training, with gradients and the optimizer's state.
_MANY_PARAMETERS = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a backbone is at its default size of images and with its default options.

    Attributes:
        task: The task whose defaults these are; empty: the model's own.
        spec: The model with these defaults.
        measured: ``"features"``, ``"parameters"`` and ``"mult_adds"``, which are ``None`` where
            they are not declared or can't be counted; empty where it can't be built.
        error: Why it can't be built.
    """

    task: str
    spec: ModelSpec
    measured: Mapping[str, int | None]
    error: str = ""


@dataclass
class ModelSubject:
    """A model under test.

    Attributes:
        entry: The model.

    Example:
        >>> subject = ModelSubject(find("model", "mobilenet_v1_mini"))
        >>> subject.task.name, subject.images.shape, subject.model.output_shape
        ('multiclass', (8, 28, 28, 1), (None, 3))
    """

    entry: Entry[ModelSpec]
    _parameters_built: int = field(default=0, init=False)

    @property
    def spec(self) -> ModelSpec:
        """The model's spec."""
        return self.entry.spec

    @property
    def title(self) -> str:
        """``model NAME``."""
        return f"model {self.spec.name}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """Those of the spec."""
        return self.spec.expected_failures

    @cached_property
    def tasks(self) -> list[TaskSpec]:
        """The tasks that it declares, as far as they are registered; else the built-in ones."""
        if not self.spec.tasks:
            return [each.spec for each in list_entries("task", distribution=BUILTIN_DISTRIBUTION)]
        found = []
        for name in self.spec.tasks:
            try:
                found.append(find("task", name).spec)
            except UnknownNameError:
                continue
        return found

    @property
    def task(self) -> TaskSpec:
        """The task that it is mostly checked with; skips where none is registered."""
        if not self.tasks:
            skip("none of its tasks is registered")
        return next((each for each in self.tasks if each.name == "multiclass"), self.tasks[0])

    def make_task(self, spec: TaskSpec) -> Task:
        """A task for few classes."""
        return make_task(spec, few_classes(spec))

    def small_shape(self, task: TaskSpec | None = None) -> Shape:
        """The size of images that most checks use: small, but no smaller than it can be."""
        spec = self.spec.for_task(task.name if task else None)
        height, width, channels = spec.input_shape
        side = min(max(spec.min_size, _SIDE), height, width)
        return side, side, channels

    def build(
        self, task: TaskSpec | None = None, *, shape: Shape | None = None, seed: int = _SEED
    ) -> keras.Model:
        """Build the model anew.

        Args:
            task: With this task's head, for few classes; ``None``: the bare backbone.
            shape: ``(height, width, channels)``; default: a small one.
            seed: Of all that is random while it is built.
        """
        made = None if task is None else self.make_task(task)
        self._make_room()
        with seeded(seed):
            model = build_model(
                self.spec.for_task(task.name if task else None),
                made,
                input_shape=shape or self.small_shape(task),
            )
        self._parameters_built += model.count_params()
        return model

    def _make_room(self) -> None:
        """Free the models of the checks before, where they are large; Python waits with that."""
        if self._parameters_built > _MANY_PARAMETERS:
            gc.collect()
            self._parameters_built = 0

    @cached_property
    def _built(self) -> keras.Model | Exception:
        task = self.task
        try:
            model = self.build(task)
            move_weights(model)
            calibrate(model)
            return model
        except Exception as error:
            return error

    @property
    def model(self) -> keras.Model:
        """The model with the head of :attr:`task`, and weights as no initialiser makes them.

        Built once: whoever changes it changes it back. Skips where it can't be built, which is
        what the check ``builds`` says.
        """
        if isinstance(self._built, Exception):
            skip("it can't be built")
        return self._built

    def build_model(self) -> keras.Model:
        """:attr:`model`, or the error where it can't be built or called in training.

        Raises:
            Exception: What was raised.
        """
        if isinstance(self._built, Exception):
            raise self._built
        return self._built

    @property
    def images(self) -> NDArray[np.uint8]:
        """The probe images for :attr:`model`."""
        return probe_images(self.model.input_shape[1:])

    @cached_property
    def logits(self) -> NDArray[np.float32]:
        """The logits of :attr:`model` for :attr:`images`."""
        return outputs(logits_of(self.model), self.images)

    @cached_property
    def facts(self) -> list[Facts]:
        """What it is at its default size of images, and at that of each task's own defaults."""
        found: list[Facts] = []
        for name in ("", *self.spec.task_defaults):
            spec = self.spec.for_task(name)
            same = [each for each in found if _same_network(each.spec, spec)]
            found.append(
                replace(same[0], task=name, spec=spec) if same else self._measure(name, spec)
            )
        return found

    def _measure(self, task: str, spec: ModelSpec) -> Facts:
        self._make_room()
        try:
            backbone = build_model(spec, None).get_layer("backbone")
            parameters = backbone.count_params()
            measured = {
                "features": backbone.output_shape[-1],
                "parameters": parameters,
                "mult_adds": self._mult_adds_of(backbone),
            }
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            return Facts(task=task, spec=spec, measured={}, error=reason)
        self._parameters_built += parameters
        return Facts(task=task, spec=spec, measured=measured)

    def _mult_adds_of(self, backbone: keras.Model) -> int | None:
        specs = [self.spec.for_task(name) for name in ("", *self.spec.task_defaults)]
        if all(spec.mult_adds is None for spec in specs):
            return None
        try:
            return count_mult_adds(backbone)
        except IncompatibleError:
            return None

    def training(self, model: keras.Model, *, learning_rate: float = 1e-4) -> ShortTraining:
        """A training of a build of it for :attr:`task`."""
        task = self.make_task(self.task)
        return ShortTraining(model, self.task, task, images=_BATCH, learning_rate=learning_rate)


def _same_network(first: ModelSpec, second: ModelSpec) -> bool:
    return (first.input_shape, first.options) == (second.input_shape, second.options)
