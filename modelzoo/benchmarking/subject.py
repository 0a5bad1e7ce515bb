"""What is measured: a model with its task, size of images, batch and optimizer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from modelzoo.data.augment import Augmentation
from modelzoo.errors import ConfigError
from modelzoo.registry import (
    ModelSpec,
    TaskSpec,
    check_input_shape,
    check_model_task,
    check_num_classes,
    default_num_classes,
    find,
)
from modelzoo.training import TrainConfig

__all__ = ["Subject"]

# The settings of a training that a step's time depends on.
_OF_A_STEP = (
    "batch_size",
    "optimizer",
    "learning_rate",
    "augment",
    "replicas",
    "precision",
)
_USUAL_TASK = "multiclass"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A model as it is measured; made by :meth:`from_names`.

    Attributes:
        model: The model, with its defaults for the task.
        task: The task.
        num_classes: How many classes (or values) are predicted.
        input_shape: ``(height, width, channels)`` of the images.
        options: Options of the model's builder that replace the spec's.
        config: The training's settings.
    """

    model: ModelSpec
    task: TaskSpec
    num_classes: int
    input_shape: tuple[int, ...]
    options: Mapping[str, Any]
    config: TrainConfig

    @classmethod
    def from_names(
        cls,
        model: str,
        *,
        task: str | None = None,
        num_classes: int | None = None,
        input_shape: Sequence[int] | None = None,
        options: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> Subject:
        """Find and check all that is named, without importing TensorFlow.

        Args:
            model: The model's name.
            task: The task's name; default: the first that the model names, else
                ``"multiclass"``.
            num_classes: How many classes (or values); default: the model's own for the task.
            input_shape: ``(height, width, channels)``; default: the model's own for the task.
            options: Options of the model's builder, such as ``{"alpha": 0.5}``.
            **settings: ``batch_size``, ``optimizer``, ``learning_rate``, ``augment``, ``replicas``
                and ``precision`` of :class:`modelzoo.TrainConfig`.

        Raises:
            UnknownNameError: There is no such model or task.
            IncompatibleError: They do not fit together.
            ConfigError: A setting is unusable, or has nothing to do with a step's time.

        Example:
            >>> Subject.from_names("mobilenet_v1", task="binary", batch_size=8).config.batch_size
            8
        """
        spec: ModelSpec = find("model", model).spec
        task_spec: TaskSpec = find("task", task or _first_task(spec)).spec
        check_model_task(spec, task_spec)
        spec = spec.for_task(task_spec.name)
        shape = spec.input_shape if input_shape is None else tuple(input_shape)
        check_input_shape(spec, shape)
        if num_classes is None:
            num_classes = default_num_classes(spec, task_spec)
        check_num_classes(task_spec, num_classes, source="The head that is asked for")
        return cls(
            model=spec,
            task=task_spec,
            num_classes=num_classes,
            input_shape=shape,
            options=dict(options or {}),
            config=_config(settings),
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that a step's time depends on, as data that ``json.dumps`` takes.

        Example:
            >>> Subject.from_names("mobilenet_v1_mini").settings["optimizer"]
            'adam'
        """
        values = self.config.to_dict()
        return {name: values[name] for name in _OF_A_STEP}


def _first_task(model: ModelSpec) -> str:
    return next(iter((*model.tasks, *model.task_defaults)), _USUAL_TASK)


def _config(settings: Mapping[str, Any]) -> TrainConfig:
    config = TrainConfig().replace(settings)
    others = [name for name in settings if name not in _OF_A_STEP]
    if others:
        raise ConfigError(
            f"A step's time does not depend on {others[0]!r}. "
            f"What it depends on: {', '.join(_OF_A_STEP)}."
        )
    Augmentation.from_config(config.augment)
    return config
