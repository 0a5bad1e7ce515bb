"""The spec of a model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from modelzoo.registry.names import Kind, check_name
from modelzoo.registry.specs.checks import (
    check_count,
    check_counts,
    check_shape,
    check_strings,
    refuse,
)
from modelzoo.registry.specs.spec import Shape, Spec, mapping_field
from modelzoo.registry.specs.weights import WeightsSpec

_TASK_DEFAULTS = frozenset(
    {"features", "input_shape", "mult_adds", "num_classes", "options", "parameters"}
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec(Spec):
    """A named factory of a Keras backbone: images in, features out.

    Attributes:
        builder: ``"module:function"``; called as ``builder(input_shape, **options)`` it returns a
            ``keras.Model`` from scaled float images ``(batch, height, width, channels)`` to
            features, a vector ``(batch, n)`` or a map ``(batch, h, w, n)``.
        tasks: Names or aliases of the tasks it can do; empty: any.
        input_shape: Default ``(height, width, channels)``.
        min_size: The smallest height and width that it can be built for, in pixels.
        channels: The numbers of channels it can be built for.
        resizable: Take a dataset's own image shape where it has one; ``False`` for a model whose
            name promises an input size.
        num_classes: How many classes its head has unless a user or the data say otherwise.
        scale: Multiplied to the 0-255 images, a number or one per channel.
        offset: Added after ``scale``, a number or one per channel.
        features: Width of the features.
        parameters: Number of parameters of the backbone, non-trainable ones included, at the
            default input shape and options.
        mult_adds: Multiply-adds of the backbone for one image, likewise.
        task_defaults: For a task's name, replacements of ``input_shape``, ``num_classes``,
            ``options``, ``features``, ``parameters`` and ``mult_adds``.
        weights: Published trained weights.
    """

    kind: ClassVar[Kind] = "model"
    code: ClassVar[str] = "builder"

    builder: str
    tasks: tuple[str, ...] = ()
    input_shape: Shape = (224, 224, 3)
    min_size: int = 1
    channels: tuple[int, ...] = (1, 3)
    resizable: bool = True
    num_classes: int | None = None
    scale: float | tuple[float, ...] = 1 / 255
    offset: float | tuple[float, ...] = 0.0
    features: int | None = None
    parameters: int | None = None
    mult_adds: int | None = None
    task_defaults: Mapping[str, Mapping[str, Any]] = mapping_field()
    weights: tuple[WeightsSpec, ...] = ()

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_strings(self, "tasks")
        check_shape(self, "input_shape")
        check_count(self, "min_size")
        for field, least in (
            ("num_classes", 1),
            ("features", 1),
            ("parameters", 0),
            ("mult_adds", 0),
        ):
            check_count(self, field, least=least, optional=True)
        check_counts(self, "channels")
        if not isinstance(self.weights, tuple) or not all(
            isinstance(each, WeightsSpec) for each in self.weights
        ):
            refuse(self, "weights", "a tuple of WeightsSpec")
        for name in (*self.tasks, *self.task_defaults):
            check_name(name, open_ended=True)
        for task, defaults in self.task_defaults.items():
            if not isinstance(defaults, Mapping) or not set(defaults) <= _TASK_DEFAULTS:
                expected = f"for {task!r} a mapping with keys of {sorted(_TASK_DEFAULTS)}"
                refuse(self, "task_defaults", expected)
            self.for_task(task)

    def for_task(self, task: str | None) -> ModelSpec:
        """This spec with the defaults that it has for ``task``."""
        defaults = dict(self.task_defaults.get(task or "", {}))
        if not defaults:
            return self
        options = {**self.options, **defaults.pop("options", {})}
        return dataclasses.replace(self, **defaults, options=options, task_defaults={})
