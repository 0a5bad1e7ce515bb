"""Loss and metrics over the epochs, as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelzoo.reporting.drawing import BLUE, GREY, VERMILION, make_figure, plain_axes, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["metric_names", "plot_history"]

# What a row of the history has beside loss and metrics.
_NOT_METRICS = frozenset({"epoch", "step", "seconds", "images_per_second", "learning_rate"})

# With more epochs than this the markers would touch each other.
_MOST_MARKERS = 25

# Name, prefix of the column, colour, line and marker: told apart by each of the last three.
_PARTS = (("training", "", BLUE, "-", "o"), ("validation", "val_", VERMILION, "--", "s"))


def metric_names(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The loss and the metrics that a history has, without ``val_``, the loss first.

    Args:
        history: A row per epoch.

    Example:
        >>> metric_names([{"epoch": 1, "seconds": 9.0, "accuracy": 0.8, "val_loss": 0.6}])
        ['loss', 'accuracy']
    """
    found = (name for row in history for name in row if name not in _NOT_METRICS)
    names = dict.fromkeys(name.removeprefix("val_") for name in found)
    return sorted(names, key=lambda name: name != "loss")


def plot_history(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the loss and each metric over the epochs, for training and validation.

    Args:
        history: A row per epoch: ``epoch`` (from 1), ``loss``, metrics, and the same with
            ``val_`` before the name. What is no metric, such as ``seconds``, is passed over.
        path: The picture; its suffix says the format.

    Raises:
        StorageError: It can't be written.

    Example:
        >>> import tempfile
        >>> picture = Path(tempfile.mkdtemp()) / "curves.png"
        >>> plot_history([{"epoch": 1, "loss": 0.7, "val_loss": 0.6}], picture)
        >>> picture.read_bytes()[1:4]
        b'PNG'
    """
    names = metric_names(history)
    columns = max(1, min(2, len(names)))
    rows = max(1, math.ceil(len(names) / columns))
    figure = make_figure(5.0 * columns, 3.4 * rows + 0.3)
    for place, name in enumerate(names, start=1):
        _draw_metric(figure.add_subplot(rows, columns, place), name, history)
    if names:
        handles = {
            label: handle
            for axes in figure.axes
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
        }
        figure.legend(
            list(handles.values()), list(handles), loc="outside upper left", ncols=2, frameon=False
        )
    else:
        figure.text(0.5, 0.5, "No epoch has ended yet", ha="center", va="center")
    save(figure, path)


def _draw_metric(axes: Axes, name: str, history: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.ticker import MaxNLocator

    at_the_end = []
    for part, prefix, colour, line, marker in _PARTS:
        rows = [row for row in history if prefix + name in row]
        if not rows:
            continue
        values = [row[prefix + name] for row in rows]
        axes.plot(
            [row["epoch"] for row in rows],
            values,
            label=part,
            color=colour,
            linestyle=line,
            linewidth=1.8,
            marker=marker if len(rows) <= _MOST_MARKERS else "",
            markersize=4.5,
        )
        at_the_end.append(f"{part} {values[-1]:.4g}")
    plain_axes(axes)
    axes.set_title(name.replace("_", " "), loc="left", fontweight="bold", parse_math=False)
    axes.set_title(f"last: {', '.join(at_the_end)}", loc="right", fontsize=9, color=GREY)
    axes.set_xlabel("epoch")
    first, last = history[0]["epoch"], history[-1]["epoch"]
    # A single epoch would get an axis of fractions of it.
    margin = max(0.5, 0.02 * (last - first))
    axes.set_xlim(first - margin, last + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.margins(y=0.1)
