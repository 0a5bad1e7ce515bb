"""The throughput that a machine's arithmetic and its memory allow a model at most.

This is the roofline of Williams, Waterman and Patterson, "Roofline: an insightful visual
performance model for multicore architectures", Communications of the ACM 52(4), 2009: work can
not be faster than its arithmetic at the machine's rate, nor than its data at the machine's
bandwidth.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

import keras

from modelzoo.layers import count_mult_adds

if TYPE_CHECKING:
    from modelzoo.benchmarking.machine import Machine

__all__ = ["Limits", "Work", "activation_bytes", "find_limits"]

Work = Literal["training", "inference"]

_FLOAT32_BYTES = 4
# A training step has three products for each one of inference: forward, the gradient by a layer's
# input, and the gradient by its weights.
_PRODUCTS = {"training": 3, "inference": 1}
# An output is written and read by the next layer. In training it is read once more, for the
# weights' gradient, and its own gradient is written and read.
_PASSES = {"training": 5, "inference": 2}


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Images per second that a machine allows at most.

    Attributes:
        arithmetic: By its rate of matrix products; ``None`` for a model without multiply-adds.
        memory: By its memory bandwidth; ``None`` for a model without such outputs.
    """

    arithmetic: float | None
    memory: float | None

    @property
    def lower(self) -> float | None:
        """The one that is reached first."""
        return min((each for each in (self.arithmetic, self.memory) if each), default=None)


def find_limits(model: keras.Model, machine: Machine, work: Work) -> Limits:
    """The most images per second that a machine allows a model.

    By arithmetic: :func:`modelzoo.layers.count_mult_adds` times two operations, times three for
    training. That a backward pass costs two forward passes is the usual convention, as in Kaplan
    et al., "Scaling Laws for Neural Language Models", arXiv:2001.08361, section 2.1.

    By memory: :func:`activation_bytes` once for each time that an output has to be written or read.
    In inference that is 2 times: written, and read by the next layer. In training it is 5 times:
    read again for the weights' gradient, and its own gradient written and read. Weights are not
    counted, and what fits into the processor's caches need not move: a small network may exceed
    this limit.

    Args:
        model: The model, for images of a fixed size.
        machine: The machine.
        work: ``"training"`` or ``"inference"``.

    Example:
        >>> from modelzoo.benchmarking.machine import Machine
        >>> model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3)])
        >>> machine = Machine("", 1, gflops=1.0, memory_gb_per_second=1.0, versions={})
        >>> limits = find_limits(model, machine, "inference")
        >>> round(limits.arithmetic) == round(1e9 / (2 * 3 * 3 * 3 * 4 * 6 * 6))
        True
        >>> round(limits.memory) == round(1e9 / (2 * 4 * 6 * 6 * 4))
        True
    """
    operations = 2 * count_mult_adds(model) * _PRODUCTS[work]
    moved = activation_bytes(model) * _PASSES[work]
    return Limits(
        arithmetic=machine.gflops * 1e9 / operations if operations else None,
        memory=machine.memory_gb_per_second * 1e9 / moved if moved else None,
    )


def activation_bytes(model: keras.Model) -> int:
    """Bytes of the outputs that have to be kept, for one image, as float32.

    These are the outputs of all layers with a kernel (weights of two or more dimensions), nested
    models included. Batch norm, activations and pooling are not counted, because they can be done
    where an output is written or read.

    Args:
        model: The model, for images of a fixed size.

    Example:
        >>> layers = [keras.layers.Conv2D(4, 3), keras.layers.ReLU(), keras.layers.Flatten()]
        >>> model = keras.Sequential([keras.Input((8, 8, 3)), *layers, keras.layers.Dense(10)])
        >>> activation_bytes(model) == 4 * (6 * 6 * 4 + 10)
        True
    """
    return _FLOAT32_BYTES * _outputs(model)


def _outputs(layer: keras.layers.Layer) -> int:
    if isinstance(layer, keras.Model):
        return sum(_outputs(each) for each in layer.layers)
    if all(len(weight.shape) < 2 for weight in layer.weights):
        return 0
    return math.prod(layer.output.shape[1:])
