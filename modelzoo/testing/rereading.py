"""What a dataset gives in a process of its own, which shares nothing with this one by chance."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modelzoo.data import Dataset
from modelzoo.data.loading import load_spec
from modelzoo.registry import DatasetSpec, TaskSpec
from modelzoo.testing.serialised import restored

__all__ = ["digests", "reread"]


def digests(dataset: Dataset) -> dict[str, str]:
    """A hash of each split's labels and images in their order, and the dataset's fingerprint.

    Args:
        dataset: A loaded dataset.

    Returns:
        Hexadecimal digits by the split's name, and under ``"fingerprint"`` the dataset's.
    """
    found = {}
    for name, split in dataset.splits.items():
        digest = hashlib.sha256(np.ascontiguousarray(split.labels).tobytes())
        for each in split.content_hashes():
            digest.update(each)
        found[name] = digest.hexdigest()
    return {**found, "fingerprint": dataset.fingerprint}


def reread(
    spec: DatasetSpec,
    task: TaskSpec,
    *,
    data_dir: Path | None,
    options: Mapping[str, Any],
    hash_seed: int,
    cores: int,
) -> dict[str, str]:
    """The :func:`digests` of the dataset as another process loads it.

    Args:
        spec: The dataset.
        task: The task it is used for.
        data_dir: Where the data are.
        options: Options of the loader.
        hash_seed: The process's ``PYTHONHASHSEED``, by which sets of strings are ordered.
        cores: How many cores the process is told that there are.

    Returns:
        As :func:`digests`.

    Raises:
        AssertionError: The dataset can't be loaded there; the message has the last line that
            the process printed.
    """
    request = {
        "spec": spec.to_dict(),
        "task": task.to_dict(),
        "data_dir": None if data_dir is None else str(data_dir),
        "options": dict(options),
        "cores": cores,
    }
    process = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps(request),
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
            "PYTHONHASHSEED": str(hash_seed),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        last = (process.stderr.strip().splitlines() or ["no message"])[-1]
        raise AssertionError(f"In a process of its own the dataset can't be loaded: {last}")
    answer: dict[str, str] = json.loads(process.stdout.splitlines()[-1])
    return answer


def _pretend(cores: int) -> None:
    """Let all that asks for the number of cores hear this one."""
    os.cpu_count = lambda: cores
    if hasattr(os, "process_cpu_count"):
        os.process_cpu_count = lambda: cores
    if hasattr(os, "sched_getaffinity"):
        os.sched_getaffinity = lambda _: set(range(cores))


def _answer(request: Mapping[str, Any]) -> None:
    _pretend(request["cores"])
    dataset = load_spec(
        restored(DatasetSpec, request["spec"]),
        restored(TaskSpec, request["task"]),
        data_dir=request["data_dir"],
        options=request["options"],
    )
    print(json.dumps(digests(dataset)))


if __name__ == "__main__":
    _answer(json.load(sys.stdin))
