"""How many cores there are to compute on."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["usable_cores"]

# A container's "quota period" in microseconds of computing and of time.
_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores() -> int:
    """How many cores this process may use, which in a container can be fewer than there are.

    A container may be given a share of the time of all cores, such as by ``docker --cpus=1.5``:
    that is as many cores as can be busy all the time, rounded up.

    Example:
        >>> usable_cores() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    # "max", or no such file, where no container sets a limit.
    with suppress(OSError, ValueError):
        quota, period = map(int, _CGROUP_QUOTA.read_text(encoding="ascii").split())
        cores = min(cores, math.ceil(quota / period))
    return cores
