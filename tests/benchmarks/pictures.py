"""The results as pictures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.ticker import LogLocator

from modelzoo.reporting.drawing import BLUE, GREY, VERMILION, make_figure, plain_axes, save


def draw_comparison(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw each ratio as a point with its range, beside its target; what is missing is said.

    Args:
        rows: What :func:`measuring.compare` returned, of all comparisons.
        path: The picture.
    """
    figure = make_figure(8.0, 0.52 * len(rows) + 1.1)
    axes = figure.add_subplot()
    for place, row in enumerate(rows):
        axes.plot([row["target"]] * 2, [place - 0.32, place + 0.32], color=VERMILION, linewidth=2)
        if "missing" in row:
            axes.annotate(
                "not measured",
                (row["target"], place),
                (7, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                color=GREY,
            )
            continue
        ratio = row["ratio"]
        axes.plot([ratio["least"], ratio["most"]], [place, place], color=BLUE, linewidth=2)
        axes.plot(ratio["median"], place, marker="o", color=BLUE, markersize=7)
        axes.annotate(
            f"{ratio['median']:.2f}",
            (ratio["median"], place),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=BLUE,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
    plain_axes(axes)
    axes.grid(visible=False, axis="y")
    axes.set_yticks(range(len(rows)), [_label(row) for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("log")
    ends = [row["target"] for row in rows]
    ends += [row["ratio"][end] for row in rows if "ratio" in row for end in ("least", "most")]
    axes.set_xlim(min(1.0, *ends) * 0.8, max(ends) * 1.4)
    ticks = [each for each in (0.5, 1, 2, 5, 10, 20, 50, 100, 200) if each <= max(ends) * 1.4]
    axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
    axes.minorticks_off()
    axes.axvline(1.0, color=GREY, linewidth=1)
    axes.set_xlabel("times as fast as the peer: median and range (blue), target (vermilion)")
    save(figure, path)


def draw_growth(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw what was fitted to points: the points, and a line of what is proportional.

    Args:
        rows: Results of :class:`growth.Growth` with ``points`` and the ``axes`` that these have.
        path: The picture.
    """
    figure = make_figure(5.0 * len(rows), 3.6)
    for place, row in enumerate(rows, start=1):
        axes = figure.add_subplot(1, len(rows), place)
        sizes, values = zip(*row["points"], strict=True)
        line = [values[-1] * size / sizes[-1] for size in sizes]
        axes.plot(sizes, line, color=GREY, linestyle="--", linewidth=1.5, label="proportional")
        axes.plot(sizes, values, color=BLUE, marker="o", linewidth=1.8, label="measured")
        plain_axes(axes)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter("{x:,g}")
            axis.set_minor_formatter("")
        axes.set_xlabel(row["axes"][0])
        axes.set_ylabel(row["axes"][1])
        axes.legend(frameon=False)
    save(figure, path)


def _label(row: Mapping[str, Any]) -> str:
    work = "\n".join(textwrap.wrap(row["work"].replace("`", ""), 46))
    return f"{work}\nagainst {row['peer'].replace('`', '')}"
