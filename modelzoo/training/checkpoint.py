"""Checkpoints: all that a training needs to go on, in a folder that is whole or not there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from modelzoo.errors import CheckpointError, WeightsError
from modelzoo.storage import atomic_folder
from modelzoo.weights import read_tensors, write_tensors

__all__ = ["Checkpoint", "latest_checkpoint", "read_checkpoint", "write_checkpoint"]

FORMAT = 1
KEEP = 2
_NAME = re.compile(r"epoch-(\d+)-step-(\d+)")


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """The state of a training between two steps.

    Attributes:
        epoch: Epochs that are complete.
        step: Steps of the epoch after them that are complete.
        fingerprint: Fingerprint of the dataset.
        history: The rows of ``history.csv`` so far.
        callbacks: The callbacks' plain state.
        stopped: Whether a callback has asked to stop the training.
        seconds: Seconds that the unfinished epoch has taken so far.
        versions: Versions of the libraries that the training runs with.
        tensors: Arrays by part (``"model"``, ``"optimizer"``, ``"metrics"``, ``"callbacks"``) and
            name.
    """

    epoch: int
    step: int
    fingerprint: str
    history: list[dict[str, Any]]
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    stopped: bool = False
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    tensors: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)


_PLAIN = (
    "epoch",
    "step",
    "fingerprint",
    "history",
    "callbacks",
    "stopped",
    "seconds",
    "versions",
)


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint and delete all but the newest ones.

    Args:
        folder: The run's ``checkpoints`` folder.
        checkpoint: The state.

    Returns:
        The checkpoint's own folder, named after its epoch and step.

    Raises:
        StorageError: It can't be written; the older checkpoints are as they were.
    """
    target = folder / f"epoch-{checkpoint.epoch:04d}-step-{checkpoint.step:06d}"
    with atomic_folder(target) as temporary:
        hashes = {
            part: write_tensors(temporary / f"{part}.safetensors", tensors)
            for part, tensors in checkpoint.tensors.items()
        }
        state = {name: getattr(checkpoint, name) for name in _PLAIN}
        # Infinity, which callbacks begin their comparisons with, is written as Python writes it.
        text = json.dumps({"format": FORMAT, **state, "sha256": hashes}, indent=1)
        (temporary / "state.json").write_text(text, encoding="utf-8")
    for old in _complete(folder)[:-KEEP]:
        shutil.rmtree(old)
    return target


def latest_checkpoint(folder: Path) -> Path:
    """The newest checkpoint.

    Args:
        folder: The run's ``checkpoints`` folder.

    Raises:
        CheckpointError: There is none.
    """
    complete = _complete(folder)
    if not complete:
        raise CheckpointError(
            f"{folder} has no checkpoint, so there is nothing to resume from. "
            "Train anew, or restore the folder from where it was copied."
        )
    return complete[-1]


def read_checkpoint(path: Path) -> Checkpoint:
    """Read what :func:`write_checkpoint` wrote.

    Args:
        path: The checkpoint's own folder.

    Raises:
        CheckpointError: A file is missing, truncated or altered, or of another format.
    """
    try:
        state = json.loads((path / "state.json").read_text(encoding="utf-8"))
        version = state.pop("format")
        if version != FORMAT:
            raise CheckpointError(
                f"Checkpoint {path} has format {version!r}, this version reads {FORMAT}. "
                "Resume with the version of tf-modelzoo that wrote it."
            )
        hashes = state.pop("sha256")
        tensors = {
            part: read_tensors(path / f"{part}.safetensors", sha256=digest)
            for part, digest in hashes.items()
        }
        return Checkpoint(**state, tensors=tensors)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, CheckpointError):
            raise
        why = str(error) if isinstance(error, WeightsError) else f"state.json: {error}"
        raise CheckpointError(
            f"Checkpoint {path} is damaged ({why}). Delete this folder to resume from the "
            "checkpoint before it."
        ) from error


def _complete(folder: Path) -> Sequence[Path]:
    found = [each for each in folder.glob("epoch-*") if _NAME.fullmatch(each.name)]
    return sorted(found, key=lambda path: [int(part) for part in _NAME.findall(path.name)[0]])
