"""What the times were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("tf-modelzoo", "tensorflow", "keras", "numpy")


def describe_machine() -> dict[str, str | int | float]:
    """The processor, the cores that may be used, memory in GiB, system, and load when it began."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "processor": processor(Path("/proc/cpuinfo")),
        "cores": len(os.sched_getaffinity(0)),
        "memory": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
    }


def processor(cpuinfo: Path) -> str:
    """The processor's name, from Linux's file about it."""
    for line in cpuinfo.read_text().splitlines():
        title, _, name = line.partition(":")
        if title.strip() == "model name":
            return name.strip()
    return platform.machine()


def library_versions(torch: str | None) -> dict[str, str]:
    """Versions of Python and of what the numbers depend on.

    Args:
        torch: PyTorch's, which may be in another environment, if there is one.
    """
    versions = {"python": platform.python_version(), **{each: version(each) for each in LIBRARIES}}
    versions["compiler"] = compiler_version()
    return versions if torch is None else {**versions, "torch": torch}


def compiler_version() -> str:
    """The C++ compiler of the kernels, or ``"none"`` where there are no kernels."""
    code = "from modelzoo.layers.native import load_library; print(load_library().compiler)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def torch_version(python: str) -> str | None:
    """The version of PyTorch that an interpreter imports; ``None`` where it does not."""
    command = [python, "-c", "import torch; print(torch.__version__)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
