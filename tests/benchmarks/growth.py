"""What must stay small: how time and memory grow with images and names, and a cost."""

from __future__ import annotations

import dataclasses
import re
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from measuring import MeasuringError, growth_exponent, run_script, seconds_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Growth:
    """Something that must not be, or grow, too much.

    Attributes:
        name: What ``--only`` calls it.
        work: What is measured, in words.
        limit: What it may be at most.
        unit: Of the limit; empty for a number.
        measure: Returns the value, and where it was fitted to points these and their axes.
    """

    name: str
    work: str
    limit: float
    unit: str
    measure: Callable[[], dict[str, Any]]

    def result(self) -> dict[str, Any]:
        """The value with what there is to say about it; or, as ``missing``, why there is none."""
        about = {"name": self.name, "work": self.work, "limit": self.limit, "unit": self.unit}
        try:
            return {**about, **self.measure()}
        except MeasuringError as error:
            return {**about, "missing": str(error)}


def epoch_seconds() -> dict[str, Any]:
    """The power of the number of images that the time of an epoch grows with."""
    seconds = {int(count): each for count, each in seconds_of(["ours/epoch_seconds.py"]).items()}
    return {
        "value": growth_exponent(seconds),
        "points": sorted(seconds.items()),
        "axes": ["images", "seconds per epoch"],
    }


def augmentation_cost() -> dict[str, Any]:
    """Per cent of a training step that augmentation takes."""
    seconds = seconds_of(["ours/augmentation_cost.py"])
    return {"value": 100 * (1 - seconds["plain"] / seconds["augmented"])}


def memory_growth(script: str) -> dict[str, Any]:
    """MB of memory that 100 MB more of decoded images take, by a straight line."""
    points = memory_points(run_script([script]))
    return {
        "value": 100 * statistics.linear_regression(*zip(*points, strict=True)).slope,
        "points": points,
        "axes": ["MB of decoded images", "peak MB of the process"],
    }


def memory_points(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Megabytes decoded and megabytes of the process at most, of each line that has both."""
    found = (re.search(r"(\d+) MB decoded, peak RSS +(\d+) MB", line) for line in lines)
    return [(int(each[1]), int(each[2])) for each in found if each]


def list_models() -> dict[str, Any]:
    """Milliseconds of a question for all names."""
    return {"value": 1e3 * seconds_of(["ours/list_models.py"])["later"]}


GROWTH = (
    Growth(
        name="epoch_seconds",
        work="time of an epoch: the power of the number of images that it grows with",
        limit=1.1,
        unit="",
        measure=epoch_seconds,
    ),
    Growth(
        name="augmentation_cost",
        work="augmentation of `cats_vs_dogs_seed`: its part of a training step",
        limit=10.0,
        unit="%",
        measure=augmentation_cost,
    ),
    Growth(
        name="streaming_memory",
        work="streaming: memory for each 100 MB more of decoded images",
        limit=10.0,
        unit="MB",
        measure=partial(memory_growth, "streaming_memory.py"),
    ),
    Growth(
        name="training_memory",
        work="training on streamed images: memory for each 100 MB more of them, decoded",
        limit=10.0,
        unit="MB",
        measure=partial(memory_growth, "training_memory.py"),
    ),
    Growth(
        name="list_models",
        work="`list_models()` with 10,000 names of a plugin",
        limit=50.0,
        unit="ms",
        measure=list_models,
    ),
)
