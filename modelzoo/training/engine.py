"""How a training uses this machine: its cores, and the kernels that are compiled for it."""

from __future__ import annotations

import dataclasses
import os
import warnings
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from modelzoo.cores import usable_cores
from modelzoo.inference.threads import INTRA_OP, threads_of_an_operation
from modelzoo.layers.native import load_library
from modelzoo.training.config import TrainConfig
from modelzoo.training.parted_model import share_in_one_piece

__all__ = ["Engine", "choose_engine", "warn_of_whole_layers"]

# TensorFlow's own variable.
_INTER_OP = "TF_NUM_INTEROP_THREADS"
# A part of fewer images costs more in calls of operations than it gains.
_LEAST_IMAGES = 8

_EXPLANATION = (
    "TensorFlow has started already with threads of its own choice, which makes training steps "
    "slower than they could be, by about a fifth: it shares each operation among the cores, where "
    "a training gives each core a part of the batch. Train in a process in which nothing has been "
    "built or computed before, or call tf.config.threading.set_intra_op_parallelism_threads(1) "
    "at its beginning."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Engine:
    """What computes the steps of a training.

    Attributes:
        parts: Into how many parts a batch is cut, each computed by one core with our kernels;
            ``None``: the model is called as Keras calls it, on whatever devices there are.
        kernels: The name of the kernels' build; ``"none"`` where there are none.
        threads: Threads of one operation; 0 where there are no parts: nobody asks.
    """

    parts: int | None
    kernels: str
    threads: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, for ``run.json``."""
        return dataclasses.asdict(self)


def choose_engine(
    config: TrainConfig, strategy: tf.distribute.Strategy, begun: Mapping[str, Any] | None = None
) -> Engine:
    """The engine for a training on this machine; call it before TensorFlow computes anything.

    Where the cores are to work on parts of a batch, TensorFlow is told to compute as many
    operations at once as there are cores, each in one thread (or in more, where there are more
    cores than parts), unless it has started already with others, which is warned about, or the
    number of threads was set by somebody else.

    Args:
        config: The training's settings.
        strategy: What the steps run under.
        begun: For a training that goes on: what ``run.json`` says of the engine that it was begun
            with. Where this machine can't have the same, that is warned about: the bits differ.

    Example:
        >>> choose_engine(TrainConfig(replicas=1), tf.distribute.get_strategy()).parts in (1, None)
        True
    """
    engine = _choose(config, strategy, begun)
    if begun is not None and engine.to_dict() != begun:
        warnings.warn(
            f"The training was begun with {_description(begun)}, and goes on with "
            f"{_description(engine.to_dict())}: the same numbers to rounding, but not to the bit.",
            stacklevel=2,
        )
    return engine


def _choose(
    config: TrainConfig, strategy: tf.distribute.Strategy, begun: Mapping[str, Any] | None
) -> Engine:
    goes_on_without = begun is not None and begun["parts"] is None
    if (
        goes_on_without
        or strategy.num_replicas_in_sync > 1
        or tf.config.list_physical_devices("GPU")
    ):
        return Engine(None, "none")
    library = load_library()
    if library.operations is None:
        warnings.warn(
            f"Training without compiled kernels, which takes longer. {library.reason}",
            stacklevel=3,
        )
        return Engine(None, "none")
    parts = min(_wanted_parts(config, begun), config.batch_size)
    _set_threads(max(1, usable_cores() // parts) if begun is None else begun["threads"])
    return Engine(parts, library.name, threads_of_an_operation())


def _wanted_parts(config: TrainConfig, begun: Mapping[str, Any] | None) -> int:
    if config.replicas != "auto":
        return config.replicas
    if begun is not None and begun["parts"]:
        return int(begun["parts"])
    return min(usable_cores(), max(1, config.batch_size // _LEAST_IMAGES))


def warn_of_whole_layers(engine: Engine, model: keras.Model) -> None:
    """Say so where parts were chosen for a model that has little to be computed in parts.

    That is known only now: the number of threads has to be set before a model is built.

    Args:
        engine: What was chosen.
        model: The model that is to be trained.

    Example:
        >>> warn_of_whole_layers(Engine(1, "kernels"), keras.Sequential())
    """
    if engine.parts is not None and engine.parts > 1 and share_in_one_piece(model) > 0.5:
        warnings.warn(
            "Most of the model is layers that have a batch norm or dropout within them. They are "
            "computed on whole batches, not in parts, with fewer threads for each operation than "
            "there could be. It may be faster with replicas=1, in a new process.",
            stacklevel=2,
        )


def _set_threads(of_an_operation: int) -> None:
    threading = tf.config.threading
    if (
        threads_of_an_operation() == of_an_operation
        or threading.get_intra_op_parallelism_threads()
        or threading.get_inter_op_parallelism_threads()
        or any(name in os.environ for name in (INTRA_OP, _INTER_OP))
    ):
        return
    try:
        threading.set_inter_op_parallelism_threads(usable_cores())
        threading.set_intra_op_parallelism_threads(of_an_operation)
    except RuntimeError:
        if usable_cores() > 1:
            warnings.warn(_EXPLANATION, stacklevel=4)


def _description(engine: Mapping[str, Any]) -> str:
    if engine["parts"] is None:
        return "no compiled kernels"
    return (
        f"kernels {engine['kernels']}, batches in {engine['parts']} parts and "
        f"{engine['threads']} threads for an operation"
    )
