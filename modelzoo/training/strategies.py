"""Which ``tf.distribute`` strategy a training runs under."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from modelzoo.errors import ConfigError

__all__ = ["choose_strategy"]


def choose_strategy(strategy: Any) -> tf.distribute.Strategy:
    """The strategy for what a user asked for.

    Args:
        strategy: ``"auto"``: all GPUs where there are several, else the one device there is; or a
            ``tf.distribute.Strategy``.

    Raises:
        ConfigError: It is neither.

    Example:
        >>> choose_strategy("auto").num_replicas_in_sync
        1
    """
    if isinstance(strategy, tf.distribute.Strategy):
        return strategy
    if strategy == "auto":
        if len(tf.config.list_physical_devices("GPU")) > 1:
            return tf.distribute.MirroredStrategy()
        return tf.distribute.get_strategy()
    raise ConfigError(
        f"strategy is {strategy!r}, expected 'auto' or a tf.distribute.Strategy object."
    )
