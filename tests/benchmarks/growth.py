"""How time and memory grow with the number of images and of names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from measuring import MeasuringError, growth_exponent, run_script


@dataclasses.dataclass(frozen=True, kw_only=True)
class Growth:
    """Something that must not grow too much.

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
    seconds = {int(count): each for count, each in run_script(["ours/epoch_seconds.py"]).items()}
    return {
        "value": growth_exponent(seconds),
        "points": sorted(seconds.items()),
        "axes": ["images", "seconds per epoch"],
    }


def list_models() -> dict[str, Any]:
    """Milliseconds of a question for all names."""
    return {"value": 1e3 * run_script(["ours/list_models.py"])["later"]}


GROWTH = (
    Growth(
        name="epoch_seconds",
        work="time of an epoch: the power of the number of images that it grows with",
        limit=1.1,
        unit="",
        measure=epoch_seconds,
    ),
    Growth(
        name="list_models",
        work="`list_models()` with 10,000 names of a plugin",
        limit=50.0,
        unit="ms",
        measure=list_models,
    ),
)
