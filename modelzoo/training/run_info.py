"""What ``run.json`` says: its format, how it names things, and whether it can be believed."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import socket
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from modelzoo.errors import RunError, RunVersionError
from modelzoo.registry import Entry

__all__ = ["FORMAT", "describe_entry", "is_gone", "library_versions", "read_info"]

FORMAT = 1
# What every run.json of this format has.
_ENTRIES = (
    "status", "created", "model", "dataset", "task", "model_options", "dataset_options", "data_dir",
    "input_shape", "weights", "config", "classes", "fingerprint", "versions",
)  # fmt: skip


def read_info(folder: Path) -> dict[str, Any]:
    """Read and check a run's ``run.json``.

    Args:
        folder: The run's folder.

    Raises:
        RunError: There is none, or it is damaged.
        RunVersionError: It was written in another format.
    """
    path = folder / "run.json"
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{folder} is not a run: there is no run.json in it.") from error
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is damaged: {error}.") from error
    if not isinstance(info, dict) or "format" not in info:
        raise RunError(f"{path} is damaged: it does not say its format.")
    if info["format"] != FORMAT:
        raise RunVersionError(
            f"{folder} has format {info['format']!r}, this version reads {FORMAT}. "
            "Use the version of tf-modelzoo that wrote it (run.json names it)."
        )
    missing = [name for name in _ENTRIES if name not in info]
    if missing:
        raise RunError(f"{path} is damaged: it has no {missing[0]!r}.")
    return info


def describe_entry(entry: Entry[Any]) -> dict[str, Any]:
    """What a run says of a model, dataset, task or recipe: its full name, spec and provenance.

    Args:
        entry: The registry's entry of it.

    Example:
        >>> from modelzoo.registry import find
        >>> describe_entry(find("task", "binary"))["name"]
        'tf-modelzoo/binary'
    """
    return {
        "name": entry.full_name,
        "spec": entry.spec.to_dict(),
        "provenance": dataclasses.asdict(entry.provenance),
    }


def is_gone(process: Mapping[str, Any]) -> bool:
    """Whether the process that a run was last trained by has ended.

    Args:
        process: Its ``host`` and ``pid``; of another host nothing is known.

    Example:
        >>> is_gone({"host": socket.gethostname(), "pid": os.getpid()})
        False
    """
    if process.get("host") != socket.gethostname():
        return False
    try:
        os.kill(int(process["pid"]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, KeyError, ValueError):
        return False
    return False


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries whose numbers a training depends on.

    Example:
        >>> "tensorflow" in library_versions()
        True
    """
    libraries: Sequence[str] = ("tf-modelzoo", "tensorflow", "keras", "numpy", "pillow")
    return {"python": platform.python_version(), **{each: version(each) for each in libraries}}
