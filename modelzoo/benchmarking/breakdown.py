"""Where a step's time goes: the operations that TensorFlow's profiler saw, by their kind."""

from __future__ import annotations

import dataclasses
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from modelzoo.errors import MissingLibraryError

__all__ = ["KINDS", "Breakdown", "kind_of", "profile", "scopes_of", "share_out"]

CONVOLUTION = "convolution"
DEPTHWISE = "depthwise convolution"
DENSE = "dense layer"
BATCH_NORM = "batch norm"
ACTIVATION = "activation"
POOLING = "pooling"
OPTIMIZER = "optimizer"
INPUT = "input and augmentation"
REST = "rest"  # padding, loss, metrics, sums of gradients

KINDS = (
    CONVOLUTION, DEPTHWISE, DENSE, BATCH_NORM, ACTIVATION, POOLING, OPTIMIZER, INPUT, REST,
)  # fmt: skip

# What an operation is by a word in its type, such as "_MklNativeFusedConv2D"; the first that fits.
# The same words tell layers by the name of their class.
_WORDS = (
    (r"CrossEntropy", REST),
    (r"Depthwise", DEPTHWISE),
    (r"PointwisePool", CONVOLUTION),  # the pooling is a small part of it
    (r"BatchNorm", BATCH_NORM),
    (r"Conv[123]D", CONVOLUTION),
    (r"Pool", POOLING),
    (r"Re[lL][uU]|Elu|ELU|Sigmoid|Tanh|Softmax|Softplus|Activation", ACTIVATION),
    (r"Adam|ResourceApply|Optimizer", OPTIMIZER),
    (r"ImageProjectiveTransform|Augment|Rescal", INPUT),
    (r"Dense", DENSE),
)
# What an operation is by its type where its place in the model does not say: these are used
# for several things.
_VAGUE_WORDS = ((r"MatMul", DENSE), (r"^(GatherV2|Cast|Round)$", INPUT))

# TensorFlow's own names within its functions for batch norm.
_SCOPES = {"moments": BATCH_NORM, "batchnorm": BATCH_NORM}
# These last as long as the operations that they call, which are there themselves.
_CALLS = re.compile(r"(Stateful|Stateless|)(PartitionedCall|While|If|Case)|_?(While|If|Case)")
# An operation is "scope/of/its/name:Type". What else the profiler saw, such as
# "ExecutorState::Process", is about calling them.
_OPERATION = re.compile(r"([^:\s]+):([A-Za-z_]\w*)")
# What XLA has compiled is one event without a place; of a training step that is augmentation.
_COMPILED = "CpuExecutable::ExecuteAsyncOnStream"


@dataclasses.dataclass(frozen=True, slots=True)
class Breakdown:
    """Where the time of a training step goes.

    Operations that run at the same time on several threads count with all of their time, so that
    their sum may be more than the time that has passed.

    Attributes:
        shares: Share of the operations' time by kind (one of ``KINDS``); they add up to 1.
        operations_seconds: The time of all operations of a step, summed over the threads.
        wall_seconds: The time that a step took meanwhile. Profiling slows it down.
    """

    shares: dict[str, float]
    operations_seconds: float
    wall_seconds: float


def profile(run: Callable[[int], object], *, steps: int, scopes: Mapping[str, str]) -> Breakdown:
    """Do some steps under TensorFlow's profiler and see what they are made of.

    Args:
        run: Does so many steps; it was called before.
        steps: How many to profile.
        scopes: What :func:`scopes_of` returned.

    Raises:
        MissingLibraryError: This version of TensorFlow writes its profiles in another way.
    """
    read = _profile_reader()
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            began = time.perf_counter()
            run(steps)
            seconds = time.perf_counter() - began
        events = read(Path(folder))
    shares, operations = share_out(events, scopes)
    return Breakdown(shares, operations / steps, seconds / steps)


def share_out(
    events: Iterable[tuple[str, float]], scopes: Mapping[str, str]
) -> tuple[dict[str, float], float]:
    """Add up the time of operations by their kind.

    Args:
        events: Names as the profiler writes them, with seconds.
        scopes: What :func:`scopes_of` returned.

    Returns:
        The share of each of ``KINDS``, and the seconds of all operations.

    Raises:
        MissingLibraryError: There is no operation among them.

    Example:
        >>> shares, seconds = share_out([("a/conv:Conv2D", 3.0), ("b:AddV2", 1.0)], {})
        >>> shares["convolution"], shares["rest"], seconds
        (0.75, 0.25, 4.0)
    """
    totals = dict.fromkeys(KINDS, 0.0)
    for name, seconds in events:
        kind = kind_of(name, scopes)
        if kind is not None:
            totals[kind] += seconds
    total = sum(totals.values())
    if not total:
        raise MissingLibraryError(
            f"the profiler of TensorFlow {tf.__version__} saw no operation on the processor"
        )
    return {kind: seconds / total for kind, seconds in totals.items()}, total


def kind_of(name: str, scopes: Mapping[str, str]) -> str | None:
    """The kind of work that an event of the profiler is.

    Args:
        name: Such as ``"while/model/conv1/convolution:_MklNativeConv2D"``.
        scopes: What :func:`scopes_of` returned.

    Returns:
        One of ``KINDS``; ``None`` for what is no operation, or only calls others.

    Example:
        >>> kind_of("step/adam/Mul_3:Mul", {"adam": "optimizer"})
        'optimizer'
        >>> kind_of("ExecutorState::Process", {}) is None
        True
    """
    if name == _COMPILED:
        return INPUT
    match = _OPERATION.fullmatch(name)
    if match is None or _CALLS.fullmatch(match[2]):
        return None
    path, operation = match.groups()
    within = [kind for kind in map(scopes.get, _scopes_around(path, scopes)) if kind]
    if OPTIMIZER in within:
        return OPTIMIZER
    kind = _by_words(operation, _WORDS) or next(iter(within), None)
    if kind is None and "gradient_tape" not in path:
        kind = _by_words(operation, _VAGUE_WORDS)
    return kind or REST


def scopes_of(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, str]:
    """The kind of work that is done under the name of each layer, and under the optimizer's.

    Args:
        model: The model.
        optimizer: The optimizer.

    Example:
        >>> layers = [keras.Input((4,)), keras.layers.Dense(2, name="out")]
        >>> scopes_of(keras.Sequential(layers), keras.optimizers.SGD())["out"]
        'dense layer'
    """
    return {**_SCOPES, **_layer_kinds(model), optimizer.name: OPTIMIZER}


def _layer_kinds(model: keras.Model) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            kinds |= _layer_kinds(layer)
            continue
        # A layer that is made for a purpose may be a subclass of one whose name says it.
        found = (_by_words(each.__name__, _WORDS) for each in type(layer).__mro__)
        kind = next(filter(None, found), None)
        if kind is not None:
            kinds[layer.name] = kind
    return kinds


def _scopes_around(path: str, scopes: Mapping[str, str]) -> Iterable[str]:
    """The names that an operation is within, the innermost first, as their owners know them."""
    for scope in reversed(path.split("/")):
        # Where a layer is used anew its scope gets another number: "conv1_1".
        yield scope if scope in scopes else re.sub(r"_\d+$", "", scope)


def _by_words(text: str, words: Iterable[tuple[str, str]]) -> str | None:
    return next((kind for word, kind in words if re.search(word, text)), None)


def _profile_reader() -> Callable[[Path], list[tuple[str, float]]]:
    """A function that reads names and seconds of what a profile in a folder has seen."""
    try:
        from tensorflow.tsl.profiler.protobuf import xplane_pb2
    except ImportError as error:
        raise MissingLibraryError(
            f"TensorFlow {tf.__version__} does not come with the format of its profiles ({error})"
        ) from error

    def read(folder: Path) -> list[tuple[str, float]]:
        events: list[tuple[str, float]] = []
        for path in folder.rglob("*.xplane.pb"):
            space: Any = xplane_pb2.XSpace()
            space.ParseFromString(path.read_bytes())
            for plane in space.planes:
                if plane.name == "/host:CPU":
                    events += _events(plane)
        return events

    return read


def _events(plane: Any) -> Iterable[tuple[str, float]]:
    names = {key: each.name for key, each in plane.event_metadata.items()}
    for line in plane.lines:
        for event in line.events:
            yield names[event.metadata_id], event.duration_ps / 1e12
