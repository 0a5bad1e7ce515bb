"""From a run's configuration to the objects of Keras that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras

from modelzoo.errors import ConfigError
from modelzoo.inference.threads import evaluation_parts
from modelzoo.registry import named_libraries
from modelzoo.training.evaluation import Evaluator

if TYPE_CHECKING:
    from modelzoo.training.config import TrainConfig
    from modelzoo.training.run import Run

__all__ = ["make_evaluator", "make_optimizer"]


def make_evaluator(run: Run, model: keras.Model) -> Evaluator:
    """The loss and metrics that a run is configured with.

    Args:
        run: The run.
        model: Its model.

    Raises:
        ConfigError: Keras does not know the loss or a metric.
        MissingLibraryError: A library that the task needs is not installed.
    """
    config, task = run.config, run.task
    with named_libraries(type(task).__module__, needed_by=f"task {type(task).__name__!r}"):
        loss, metrics = task.loss(), task.metrics()
    if config.loss is not None:
        loss = _from_keras("loss", keras.losses.get, config.loss)
    more = [_make_metric(each) for each in config.metrics]
    return Evaluator(model, loss=loss, metrics=[*metrics, *more], parts=evaluation_parts())


def make_optimizer(config: TrainConfig) -> keras.optimizers.Optimizer:
    """The optimizer of a configuration, with its learning rate where it is given by name.

    Args:
        config: The configuration, with objects in their serialised form.

    Raises:
        ConfigError: Keras does not know the optimizer or the schedule.

    Example:
        >>> from modelzoo.training import TrainConfig
        >>> type(make_optimizer(TrainConfig(optimizer="sgd"))).__name__
        'SGD'
    """
    made = _from_keras("optimizer", keras.optimizers.get, config.optimizer)
    if isinstance(config.optimizer, str):
        rate = config.learning_rate
        if not isinstance(rate, int | float):
            rate = _from_keras("learning_rate", keras.saving.deserialize_keras_object, rate)
        made.learning_rate = rate
    return made


def _make_metric(metric: Any) -> keras.metrics.Metric:
    made = _from_keras("metrics", keras.metrics.get, metric)
    if isinstance(made, keras.metrics.Metric):
        return made
    return keras.metrics.MeanMetricWrapper(made, name=made.__name__)


def _from_keras(field: str, getter: Callable[[Any], Any], value: Any) -> Any:
    try:
        return getter(value)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"Keras knows no {field} {value!r}: {reason}") from error
