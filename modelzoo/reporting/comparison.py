"""Runs compared by what they are trained for, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelzoo.reporting.drawing import BLUE, make_figure, plain_axes, save, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_runs"]

_ROW_INCHES = 0.34
_PANEL_INCHES = 1.2


def plot_runs(runs: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the monitored metric of each finished run, a panel per dataset and task.

    Each value is a dot with its number beside it; the axis begins where the values do, because
    runs that are worth comparing differ little.

    Args:
        runs: In the order to be drawn, those of a dataset and task beside each other; each with
            ``dataset``, ``task``, ``run`` (its name), ``split``, ``metric`` and ``value``
            (``None``: not finished, left out), and ``mode``, ``"max"`` or ``"min"``.
        path: The file; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        StorageError: The file can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "runs.svg"
        >>> run = {"dataset": "shapes", "task": "binary", "run": "a", "split": "test",
        ...        "metric": "accuracy", "mode": "max", "value": 0.9}
        >>> plot_runs([run], path)
        >>> path.exists()
        True
    """
    measured = [run for run in runs if run["value"] is not None]
    groups = [
        list(group)
        for _, group in groupby(
            measured, lambda run: (run["dataset"], run["task"], run["split"], run["metric"])
        )
    ]
    heights = [_PANEL_INCHES + _ROW_INCHES * len(group) for group in groups] or [_PANEL_INCHES]
    figure = make_figure(9, sum(heights))
    panels = figure.subplots(len(heights), squeeze=False, height_ratios=heights)[:, 0]
    for panel, group in zip(panels, groups, strict=False):
        _draw_group(panel, group)
    if not groups:
        panels[0].set_axis_off()
        panels[0].text(0.5, 0.5, "No finished runs", ha="center", va="center")
    save(figure, path)


def _draw_group(panel: Axes, group: Sequence[Mapping[str, Any]]) -> None:
    plain_axes(panel)
    values = [run["value"] for run in group]
    places = range(len(group))
    panel.plot(values, places, linestyle="none", marker="o", markersize=8, color=BLUE)
    for place, value in zip(places, values, strict=True):
        panel.annotate(
            f"{value:.4f}", (value, place), (9, 0), textcoords="offset points", va="center", size=9
        )
    panel.set_yticks(places, [shortened(run["run"], 60) for run in group], parse_math=False)
    panel.set_ylim(len(group) - 0.4, -0.6)
    spread = max(values) - min(values) or 0.1 * abs(values[0]) or 1.0
    panel.set_xlim(min(values) - 0.1 * spread, max(values) + 0.25 * spread)
    panel.ticklabel_format(axis="x", useOffset=False)
    first = group[0]
    title = f"{first['dataset']}, {first['task']}"
    panel.set_title(title, loc="left", fontweight="bold", parse_math=False)
    better = "larger" if first["mode"] == "max" else "smaller"
    panel.set_xlabel(f"{first['split']} {first['metric']} ({better} is better)", parse_math=False)
