"""The comparison of runs as a picture: a panel per dataset and task, a bar per run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from modelzoo.storage import atomic_file

BAR_INCHES = 0.35


def draw_comparison(runs: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw the monitored metric of each finished run, the best of each dataset on top.

    Args:
        runs: Sorted by dataset and task, and in each the best first; with the keys ``dataset``,
            ``task``, ``run``, ``split``, ``metric`` and ``value``.
        path: The file, whose suffix says the format.

    Raises:
        StorageError: The file can't be written.
    """
    from matplotlib.figure import Figure

    measured = [run for run in runs if run["value"] is not None]
    groups = [
        list(each) for _, each in groupby(measured, lambda run: (run["dataset"], run["task"]))
    ]
    heights = [1 + BAR_INCHES * len(group) for group in groups] or [1]
    figure = Figure(figsize=(9, sum(heights)), layout="constrained")
    panels = figure.subplots(len(heights), squeeze=False, height_ratios=heights)[:, 0]
    for panel, group in zip(panels, groups, strict=False):
        bars = panel.barh([run["run"] for run in group], [run["value"] for run in group])
        panel.bar_label(bars, fmt="%.4f", padding=3)
        panel.invert_yaxis()
        panel.margins(x=0.12)
        panel.set_title(f"{group[0]['dataset']}, {group[0]['task']}", loc="left")
        panel.set_xlabel(f"{group[0]['split']} {group[0]['metric']}")
    if not groups:
        panels[0].set_title("No finished runs")
        panels[0].set_axis_off()
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower())
