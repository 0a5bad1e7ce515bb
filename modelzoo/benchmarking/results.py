"""What a benchmark has found out, and the same as JSON data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelzoo.benchmarking.breakdown import Breakdown
    from modelzoo.benchmarking.machine import Machine
    from modelzoo.benchmarking.subject import Subject
    from modelzoo.benchmarking.timing import Timing
    from modelzoo.training.engine import Engine

__all__ = ["Benchmark", "Speed", "Throughput"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """How many images per second a model gets through, and how many it could.

    Attributes:
        images_per_second: At the median of the repetitions.
        seconds: Of one step or batch: the median.
        fastest_seconds: Of the fastest repetition.
        slowest_seconds: Of the slowest.
        repetitions: How many steps or batches were timed.
        arithmetic_limit: The most images per second that the machine's rate of matrix products
            allows; ``None`` where the model has no multiply-adds, or they can't be counted.
        memory_limit: The most images per second that its memory bandwidth allows; likewise.
        share_of_limit: ``images_per_second`` as a share of the lower limit.
    """

    images_per_second: float
    seconds: float
    fastest_seconds: float
    slowest_seconds: float
    repetitions: int
    arithmetic_limit: float | None
    memory_limit: float | None
    share_of_limit: float | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What was measured of one model.

    Attributes:
        subject: The model as it was measured.
        parameters: How many it has, with its head.
        mult_adds: Multiply-adds for one image, with the head; ``None`` where they can't be counted.
        activation_bytes: Bytes of the outputs that have to be kept for one image; likewise.
        engine: What computed the training steps.
        training: Of training steps.
        inference: Of batches of the same size without training.
        latency: The times of single images.
        breakdown: Where a training step's time goes; ``None`` where it can't be known.
        no_breakdown: Why it can't; else empty.
    """

    subject: Subject
    parameters: int
    mult_adds: int | None
    activation_bytes: int | None
    engine: Engine
    training: Throughput
    inference: Throughput
    latency: Timing
    breakdown: Breakdown | None
    no_breakdown: str

    def to_dict(self) -> dict[str, Any]:
        """All of it as data that ``json.dumps`` takes."""
        subject = self.subject
        return {
            "model": subject.model.name,
            "task": subject.task.name,
            "num_classes": subject.num_classes,
            "input_shape": list(subject.input_shape),
            "options": {**subject.model.options, **subject.options},
            **subject.settings,
            "parameters": self.parameters,
            "mult_adds": self.mult_adds,
            "activation_bytes": self.activation_bytes,
            "engine": self.engine.to_dict(),
            "training": dataclasses.asdict(self.training),
            "inference": dataclasses.asdict(self.inference),
            "latency": {
                "p50_seconds": self.latency.percentile(50),
                "p95_seconds": self.latency.percentile(95),
                "repetitions": self.latency.count,
            },
            "breakdown": None if self.breakdown is None else dataclasses.asdict(self.breakdown),
            "no_breakdown": self.no_breakdown or None,
        }


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The speeds of models on a machine.

    Attributes:
        machine: The machine.
        speeds: Of each model.
    """

    machine: Machine
    speeds: tuple[Speed, ...]

    def to_dict(self) -> dict[str, Any]:
        """All of it as data that ``json.dumps`` takes: ``machine`` and ``models``."""
        return {
            "machine": dataclasses.asdict(self.machine),
            "models": [speed.to_dict() for speed in self.speeds],
        }
