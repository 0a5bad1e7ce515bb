"""The page of a run: what was trained, what came of it, and how to do it again."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from modelzoo.reporting.commands import commands_of
from modelzoo.reporting.drawing import DOTS_PER_INCH
from modelzoo.storage import atomic_file

__all__ = ["Picture", "write_report"]

_SPLITS = {"train": "training", "val": "validation", "test": "test"}
_ORIGINS = ("model", "dataset", "task", "recipe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the page.

    Attributes:
        title: Its heading.
        caption: What it shows, for people who see it and for people who do not.
        path: The file, PNG as :mod:`modelzoo.reporting` draws it.
    """

    title: str
    caption: str
    path: Path

    @property
    def data_uri(self) -> str:
        """The whole file as an address."""
        return f"data:image/png;base64,{base64.b64encode(self.path.read_bytes()).decode()}"

    @property
    def width(self) -> int:
        """Width on a screen of 96 pixels per inch, so that all pictures have text of one size."""
        # PNG, third edition, 11.2.1: the first chunk, IHDR, begins with the width at byte 16.
        pixels = int.from_bytes(self.path.read_bytes()[16:20], "big")
        return round(pixels * 96 / DOTS_PER_INCH)


def write_report(
    path: Path,
    *,
    folder: str,
    info: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    pictures: Iterable[Picture] = (),
    defaults: Mapping[str, Any] | None = None,
) -> None:
    """Write the page of a run as one HTML file that needs no other and no network.

    Args:
        path: The file.
        folder: The run's folder, as commands are to name it.
        info: What the run's ``run.json`` says.
        history: The run's history, a row per epoch.
        pictures: What to show; the files are copied into the page.
        defaults: The training settings that hold where a command says nothing; the page marks
            what differs from them, and leaves out of the command what does not.

    Raises:
        StorageError: The file can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "report.html"
        >>> name = {"name": "tf-modelzoo/x", "spec": {"name": "x", "summary": "An <x>"}}
        >>> info = {"status": "finished", "created": "2026-01-31T12:00:00+00:00", "model": name,
        ...         "dataset": name, "task": name, "input_shape": [8, 8, 1],
        ...         "classes": ["a", "b"], "config": {"epochs": 1}, "results": {"test_loss": 0.5}}
        >>> write_report(path, folder="runs/x", info=info, history=[])
        >>> "An &lt;x&gt;" in path.read_text(encoding="utf-8")
        True
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["value"] = _value
    source = resources.files("modelzoo.reporting").joinpath("report.html.jinja")
    template = environment.from_string(source.read_text(encoding="utf-8"))
    page = template.render(
        name=Path(folder).name,
        info=info,
        created=_moment(info["created"]),
        duration=_duration(history),
        headline=_headline(info),
        results=_results_table(info.get("results", {})),
        history_names=list(dict.fromkeys(name for row in history for name in row)),
        history=history,
        pictures=list(pictures),
        commands=commands_of(info, folder, defaults or {}),
        settings=_settings_table(info["config"], defaults or {}),
        rest=_rest(info),
        origins=[(kind, info[kind]) for kind in _ORIGINS if info.get(kind)],
    )
    with atomic_file(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _value(value: Any) -> str:
    """A value as a person reads it: text as it is, the rest as JSON, long numbers rounded."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value, ensure_ascii=False)


def _moment(created: str) -> str:
    return f"{datetime.datetime.fromisoformat(created):%-d %B %Y, %H:%M %Z}"


def _duration(history: Sequence[Mapping[str, Any]]) -> str:
    seconds = sum(float(row.get("seconds", 0)) for row in history)
    return str(datetime.timedelta(seconds=round(seconds)))


def _headline(info: Mapping[str, Any]) -> tuple[str, float] | None:
    """The monitored metric on the best split there is, with what it is called."""
    results = info.get("results", {})
    metric = info.get("monitor", {}).get("metric", "loss")
    for split in ("test", "val", "train"):
        if (key := f"{split}_{metric}") in results:
            return f"{_SPLITS[split]} {metric.replace('_', ' ')}", results[key]
    return None


def _results_table(results: Mapping[str, float]) -> dict[str, Any]:
    """Results by metric and split: the names of the splits, and a row per metric."""
    table: dict[str, dict[str, float]] = {}
    for key, value in results.items():
        split, _, metric = key.partition("_")
        table.setdefault(metric, {})[split] = value
    splits = [each for each in _SPLITS if any(each in row for row in table.values())]
    return {
        "splits": [_SPLITS[each] for each in splits],
        "rows": [
            (metric.replace("_", " "), [row.get(split) for split in splits])
            for metric, row in table.items()
        ],
    }


def _settings_table(
    config: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[tuple[str, Any, bool]]:
    """Name, value, and whether it differs from its default."""
    return [
        (name, value, name in defaults and _value(value) != _value(defaults[name]))
        for name, value in config.items()
    ]


def _rest(info: Mapping[str, Any]) -> dict[str, Any]:
    """What else a training depends on, by names for people."""
    height, width, channels = info["input_shape"]
    names = {
        "model_options": "model options",
        "dataset_options": "dataset options",
        "weights": "initial weights",
        "data_dir": "data folder",
        "fingerprint": "fingerprint of the data",
    }
    sizes = ", ".join(
        f"{size:,} {_SPLITS.get(name, name)}" for name, size in info.get("splits", {}).items()
    )
    return {
        "input": f"{height} x {width} pixels, {channels} channel{'s' * (channels != 1)}",
        "images": sizes or "unknown",
        "classes": ", ".join(info["classes"]),
        **{label: info[key] for key, label in names.items() if info.get(key)},
    }
