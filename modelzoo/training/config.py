"""Everything that can be set about a training, in one frozen dataclass."""

from __future__ import annotations

import dataclasses
import math
import operator
import warnings
from collections.abc import Mapping
from typing import Any, Literal

from modelzoo.errors import ConfigError

__all__ = ["TrainConfig"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """The settings of a training. All of them are written into the run's ``run.json``.

    Optimizers, learning-rate schedules, losses and metrics are those of Keras: a name
    (``"adam"``), an object, or what ``keras.optimizers.serialize`` and its like make of one.

    Attributes:
        epochs: How often every training image is seen.
        batch_size: Images per step.
        optimizer: The optimizer; an object brings its own learning rate.
        learning_rate: A number, or a ``keras.optimizers.schedules.LearningRateSchedule``; for an
            optimizer given by its name.
        loss: Replaces the task's loss; called with labels and logits. The mean over the images
            is taken whatever reduction it asks for.
        metrics: More metrics than the task's; called with labels and the model's outputs.
        augment: What is done to training images: ``horizontal_flip`` and ``vertical_flip`` (true:
            half of them), ``shift`` (0.1: by up to a tenth of each side), ``crop`` (0.5: to at
            least half of the area), ``zoom`` (0.2: each side by 0.8 to 1.2), ``shear`` and
            ``rotation`` (degrees), ``brightness`` and ``contrast`` (0.2: by 0.8 to 1.2),
            ``erasing`` (probability), ``mixup`` and ``cutmix`` (alpha of the Beta distribution);
            :class:`modelzoo.data.augment.Augmentation` says more.
        validation: Share of the training images that is kept apart for validation where the
            dataset has no such split; 0: none.
        seed: What all random choices come from, 0 to 2**31 - 1.
        data: Where the training images are during an epoch: ``"memory"``: all of them in memory,
            those of the cache folder in the system's file cache; ``"stream"``: a few batches at
            a time, read from disk; or ``"auto"``: in memory where they fit.
        bad_images: What to do about files that are no images: ``"error"`` or ``"skip"``.
        replicas: On a CPU with compiled kernels, into how many parts each batch is cut, a core for
            each: a number, or ``"auto"``, as many as there are cores, of 8 images at least. It
            changes results by rounding only, statistics of batch norm among them, which are those
            of the whole batch; except for layers of your own that mix the images of a batch
            without keeping a state: for them, 1.
        precision: What layers compute in: ``"float32"`` or ``"mixed_bfloat16"`` of Keras, or
            ``"auto"``, what Keras is set to, which is float32 unless you changed it: on the
            processor that was tried, bfloat16 took longer. Losses and metrics are float32 in any
            case.
        checkpoint_every: Also save a checkpoint after so many steps; 0: at each epoch's end only.

    Raises:
        ConfigError: A value is unusable.

    Example:
        >>> TrainConfig(epochs=3).batch_size
        32
    """

    epochs: int = 10
    batch_size: int = 32
    optimizer: Any = "adam"
    learning_rate: Any = 1e-3
    loss: Any = None
    metrics: tuple[Any, ...] = ()
    augment: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    validation: float = 0.1
    seed: int = 0
    data: Literal["auto", "memory", "stream"] = "auto"
    bad_images: Literal["error", "skip"] = "error"
    replicas: int | Literal["auto"] = "auto"
    precision: Literal["auto", "float32", "mixed_bfloat16"] = "auto"
    checkpoint_every: int = 0

    def __post_init__(self) -> None:
        _whole_number(self, "epochs", 1)
        _whole_number(self, "batch_size", 1)
        _whole_number(self, "seed", 0, 2**31 - 1)
        _whole_number(self, "checkpoint_every", 0)
        _number(self, "validation", 0.0, 0.9)
        _one_of(self, "data", ("auto", "memory", "stream"))
        if self.replicas != "auto":
            _whole_number(self, "replicas", 1, also="'auto'")
        _one_of(self, "precision", ("auto", "float32", "mixed_bfloat16"))
        _one_of(self, "bad_images", ("error", "skip"))
        if isinstance(self.learning_rate, int | float) or not _is_keras_config(self.learning_rate):
            _number(self, "learning_rate", 0.0, math.inf)
        if not isinstance(self.augment, Mapping):
            raise _wrong(self, "augment", "a mapping such as {'horizontal_flip': True}")
        if not isinstance(self.metrics, list | tuple):
            raise _wrong(self, "metrics", "a list of metrics of Keras or their names")
        object.__setattr__(self, "metrics", tuple(self.metrics))
        if not isinstance(self.optimizer, str) and not _is_keras_config(self.optimizer):
            raise _wrong(self, "optimizer", "an optimizer of Keras or its name")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainConfig:
        """A configuration from field names and values, such as those of a recipe or ``run.json``.

        Raises:
            ConfigError: A name is not a field, or a value is unusable.

        Example:
            >>> TrainConfig.from_dict({"epochs": 25}).epochs
            25
        """
        return cls().replace(values)

    def replace(self, values: Mapping[str, Any]) -> TrainConfig:
        """A copy with other values for some fields.

        Raises:
            ConfigError: A name is not a field, or a value is unusable.
        """
        names = [field.name for field in dataclasses.fields(self)]
        unknown = [name for name in values if name not in names]
        if unknown:
            raise ConfigError(
                f"There is no training setting {unknown[0]!r}. There are: {', '.join(names)}."
            )
        return dataclasses.replace(self, **values)

    def to_dict(self) -> dict[str, Any]:
        """All fields as data that ``json.dumps`` takes; Keras objects in their serialised form.

        Raises:
            ConfigError: An object can't be serialised by Keras.
        """
        return {
            field.name: _serialised(field.name, getattr(self, field.name))
            for field in dataclasses.fields(self)
        }


def _is_keras_config(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "class_name" in value
    return hasattr(value, "get_config")


def _wrong(config: TrainConfig, field: str, expected: str) -> ConfigError:
    return ConfigError(f"{field} is {getattr(config, field)!r}, expected {expected}.")


def _whole_number(
    config: TrainConfig, field: str, least: int, most: int | None = None, *, also: str = ""
) -> None:
    value = getattr(config, field)
    try:
        # NumPy's integers are welcome, but are no JSON data.
        number = operator.index(value)
    except TypeError:
        number = None
    if (
        number is None
        or isinstance(value, bool)
        or number < least
        or (most is not None and number > most)
    ):
        upper = "" if most is None else f", at most {most}"
        other = f", or {also}" if also else ""
        raise _wrong(config, field, f"a whole number of at least {least}{upper}{other}")
    object.__setattr__(config, field, number)


def _number(config: TrainConfig, field: str, least: float, most: float) -> None:
    value = getattr(config, field)
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not math.isfinite(value)
        or not least <= value <= most
    ):
        upper = "" if most == math.inf else f" to {most:g}"
        raise _wrong(config, field, f"a number from {least:g}{upper or ' up'}")


def _one_of(config: TrainConfig, field: str, choices: tuple[str, ...]) -> None:
    if getattr(config, field) not in choices:
        raise _wrong(config, field, " or ".join(map(repr, choices)))


def _serialised(field: str, value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {key: _serialised(field, each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_serialised(field, each) for each in value]
    import keras

    try:
        with warnings.catch_warnings():
            # Keras only warns about a lambda, whose bytes it would refuse to read again.
            warnings.simplefilter("error")
            return keras.saving.serialize_keras_object(value)
    except Exception as error:
        raise ConfigError(
            f"{field} is {value!r}, which can't be written into run.json: {error}. "
            "Use an object that Keras can serialise, or its name."
        ) from error
