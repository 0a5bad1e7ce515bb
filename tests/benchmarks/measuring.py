"""Running the scripts, each in a process of its own, and what follows from what they print."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from comparisons import Comparison

HERE = Path(__file__).parent


class MeasuringError(Exception):
    """A script has failed; the message is the last line that it wrote."""


def run_script(command: Sequence[str], *, python: str | None = None) -> list[str]:
    """Run a script in a process of its own.

    Args:
        command: The script, relative to this folder, and its arguments.
        python: The interpreter; default: this one.

    Returns:
        The lines that it prints.

    Raises:
        MeasuringError: The script has failed.
    """
    script, *arguments = command
    done = subprocess.run(
        [python or sys.executable, HERE / script, *arguments],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise MeasuringError(f"{script}: {said[-1]}")
    return done.stdout.splitlines()


def seconds_of(command: Sequence[str], *, python: str | None = None) -> dict[str, float]:
    """The seconds that a script measured: the JSON in the last line that it prints.

    Raises:
        MeasuringError: The script has failed.
    """
    seconds: dict[str, float] = json.loads(run_script(command, python=python)[-1])
    return seconds


def measure_in_turn(
    comparison: Comparison, rounds: int
) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Run our script and the peer's in turn, A B A B.

    Yields:
        What ours and the peer's measured in a round.

    Raises:
        MeasuringError: A script has failed.
    """
    for _ in range(rounds):
        ours = seconds_of(comparison.ours)
        yield ours, seconds_of(comparison.theirs, python=comparison.python)


def compare(comparison: Comparison, rounds: int) -> list[dict[str, Any]]:
    """Measure a comparison.

    Returns:
        For each of its rows the seconds of ours and theirs, round by round, and the ratio; or, as
        ``missing``, why there are none.
    """
    missing = comparison.missing
    pairs: list[tuple[dict[str, float], dict[str, float]]] = []
    if not missing:
        try:
            pairs += measure_in_turn(comparison, rounds)
        except MeasuringError as error:
            missing = str(error)
    results = []
    for row in comparison.rows:
        about = {
            "name": comparison.name,
            "work": row.work,
            "peer": comparison.peer,
            "target": row.target,
        }
        if missing:
            results.append({**about, "missing": missing})
            continue
        ours = [our[row.figure] for our, _ in pairs]
        theirs = [their[row.figure] for _, their in pairs]
        results.append({**about, "ours": ours, "theirs": theirs, "ratio": ratio(ours, theirs)})
    return results


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """How many times as long the peer takes: of the ratios of all pairs the median and the range.

    Each pair was measured one right after the other, so that what slows the machine down for a
    while slows down both.

    Args:
        ours: Our seconds, round by round.
        theirs: The peer's, in the same rounds.
    """
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def growth_exponent(seconds: Mapping[float, float]) -> float:
    """The power of the size that the seconds grow with: 1 where they are proportional to it.

    The slope of the straight line through the logarithms, by least squares.

    Args:
        seconds: The seconds by size.
    """
    logarithms = [(math.log(size), math.log(each)) for size, each in seconds.items()]
    return statistics.linear_regression(*zip(*logarithms, strict=True)).slope
