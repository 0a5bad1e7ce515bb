"""The throughput that a machine's arithmetic and its memory allow a model at most.

This is the roofline of Williams, Waterman and Patterson, "Roofline: an insightful visual
performance model for multicore architectures", Communications of the ACM 52(4), 2009: work can
not be faster than its arithmetic at the machine's rate, nor than its data at the machine's
bandwidth.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from modelzoo.layers import Cost

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
        memory: By its memory bandwidth; likewise.
    """

    arithmetic: float | None
    memory: float | None

    @property
    def lower(self) -> float | None:
        """The one that is reached first."""
        return min((each for each in (self.arithmetic, self.memory) if each), default=None)


def find_limits(cost: Cost, machine: Machine, work: Work) -> Limits:
    """The most images per second that a machine allows a model.

    By arithmetic: the multiply-adds times two operations, times three for training. That a backward
    pass costs two forward passes is the usual convention, as in Kaplan et al., "Scaling Laws for
    Neural Language Models", arXiv:2001.08361, section 2.1.

    By memory: :func:`activation_bytes` once for each time that an output has to be written or read.
    In inference that is 2 times: written, and read by the next layer. In training it is 5 times:
    read again for the weights' gradient, and its own gradient written and read. Weights are not
    counted, and what fits into the processor's caches need not move: a small network may exceed
    this limit.

    Args:
        cost: What the model takes for one image.
        machine: The machine.
        work: ``"training"`` or ``"inference"``.

    Example:
        >>> from modelzoo.benchmarking.machine import Machine
        >>> machine = Machine("", 1, gflops=1.0, memory_gb_per_second=1.0, versions={})
        >>> limits = find_limits(Cost(mult_adds=1000, outputs=50), machine, "inference")
        >>> round(limits.arithmetic), round(limits.memory)
        (500000, 2500000)
    """
    operations = 2 * cost.mult_adds * _PRODUCTS[work]
    moved = activation_bytes(cost) * _PASSES[work]
    return Limits(
        arithmetic=machine.gflops * 1e9 / operations if operations else None,
        memory=machine.memory_gb_per_second * 1e9 / moved if moved else None,
    )


def activation_bytes(cost: Cost) -> int:
    """Bytes of the outputs that have to be kept, for one image, as float32.

    These are the outputs of all convolutions and products of matrices. Batch norm, activations and
    pooling are not counted, because they can be done where an output is written or read.

    Args:
        cost: What the model takes for one image.

    Example:
        >>> activation_bytes(Cost(mult_adds=1000, outputs=50))
        200
    """
    return _FLOAT32_BYTES * cost.outputs
