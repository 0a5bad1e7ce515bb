"""How long work takes, measured so that a moment's disturbance does not count."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable
from functools import partial

__all__ = ["Timing", "time_calls", "time_repeated"]

_LEAST_BLOCKS = 3
_USUAL_BLOCKS = 20
_WARM_UP_CALLS = 5
_LEAST_CALLS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Timing:
    """The times of one thing done many times.

    Attributes:
        seconds: What it took once, from each block (mean over the block) or each call.
        count: How often it was done.

    Example:
        >>> Timing((3.0, 1.0, 2.0), 3).median
        2.0
    """

    seconds: tuple[float, ...]
    count: int

    @property
    def median(self) -> float:
        """The time that half of them keep within, in seconds."""
        return statistics.median(self.seconds)

    def percentile(self, percent: int) -> float:
        """The time that so many per cent of them keep within, in seconds.

        Example:
            >>> Timing(tuple(range(101)), 101).percentile(95)
            95.0
        """
        if len(self.seconds) == 1:
            return self.seconds[0]
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        return float(cuts[percent - 1])


def time_repeated(
    run: Callable[[int], object], *, seconds: float, count: int | None = None
) -> Timing:
    """Time something in blocks of repetitions, after a warm-up.

    Args:
        run: Does it so many times. Called twice before, for what is compiled at first.
        seconds: About how long to measure; where one repetition takes longer, three are done.
        count: Do it just so often instead.

    Returns:
        The time of one repetition, from each of up to 20 blocks.

    Example:
        >>> time_repeated(lambda n: None, seconds=1.0, count=6).count
        6
    """
    run(1)
    once = _seconds(partial(run, 1))
    if count is None:
        count = max(_LEAST_BLOCKS, round(seconds / max(once, 1e-6)))
    blocks = min(count, _USUAL_BLOCKS)
    sizes = [(block + 1) * count // blocks - block * count // blocks for block in range(blocks)]
    return Timing(tuple(_seconds(partial(run, size)) / size for size in sizes), count)


def time_calls(call: Callable[[], object], *, seconds: float) -> Timing:
    """Time single calls, after a warm-up.

    Args:
        call: What is timed, each time on its own.
        seconds: About how long to measure; at least 20 calls are.

    Returns:
        The time of each call.

    Example:
        >>> time_calls(lambda: None, seconds=0.0).count
        20
    """
    for _ in range(_WARM_UP_CALLS):
        call()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < _LEAST_CALLS or time.perf_counter() - began < seconds:
        times.append(_seconds(call))
    return Timing(tuple(times), len(times))


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
