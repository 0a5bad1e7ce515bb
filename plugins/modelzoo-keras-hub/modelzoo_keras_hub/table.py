"""The table of presets that the package ships; ``make_table.py`` makes it from KerasHub."""

from __future__ import annotations

import functools
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["architectures", "library_is_newer", "presets"]

_FILE = Path(__file__).with_name("presets.json")


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return table


def presets() -> dict[str, dict[str, Any]]:
    """What is known of each preset, by its name.

    Example:
        >>> presets()["resnet_18_imagenet"]["parameters"]
        11186112
    """
    known: dict[str, dict[str, Any]] = _table()["presets"]
    return known


def architectures() -> dict[str, dict[str, Any]]:
    """The features and the parameters of each architecture with its defaults, by its name.

    Example:
        >>> architectures()["resnet"]["features"]
        512
    """
    known: dict[str, dict[str, Any]] = _table()["architectures"]
    return known


def library_is_newer() -> bool:
    """Whether the installed KerasHub is newer than the table, and may have more presets."""
    try:
        installed = version("keras-hub")
    except PackageNotFoundError:
        return False
    return _numbers(installed) > _numbers(_table()["keras_hub"])


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(".")[:3] if each.isdecimal())
