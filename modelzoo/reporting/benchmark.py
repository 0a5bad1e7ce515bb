"""A benchmark as a picture: throughput beside its limits, and where a training step's time goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelzoo.reporting.drawing import (
    BLUE,
    GREY,
    VERMILION,
    make_figure,
    plain_axes,
    save,
    shortened,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_benchmark"]

# A colour, and the ink on it, for each kind of work in turn: all of Okabe and Ito's, and grey.
_COLOURS = (
    (BLUE, "white"), ("#56B4E9", "black"), ("#009E73", "white"), (VERMILION, "white"),
    ("#E69F00", "black"), ("#F0E442", "black"), ("#CC79A7", "black"), ("#000000", "white"),
    ("#BBBBBB", "black"),
)  # fmt: skip
_WORK = (("training", "training"), ("inference", "prediction"))
_LIMITS = (
    ("arithmetic_limit", "limit by arithmetic", "|", 9),
    ("memory_limit", "limit by memory", "d", 6),
)

_PANEL_INCHES = 1.2
_ROW_INCHES = 0.36
_BAR_INCHES = 0.42
_LEGEND_INCHES = 0.7
# A narrower part of a bar has no room for its number.
_LEAST_LABELLED = 0.045


def plot_benchmark(benchmark: Mapping[str, Any], path: Path) -> None:
    """Draw the throughput of each model with its limits, and the parts of its training step.

    Args:
        benchmark: What :meth:`modelzoo.benchmarking.results.Benchmark.to_dict` returns. Models
            whose ``breakdown`` is ``None`` are in the first panel only.
        path: The file; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        StorageError: The file can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "speed.svg"
        >>> limits = {"arithmetic_limit": 500.0, "memory_limit": 900.0}
        >>> speed = {"images_per_second": 100.0, "share_of_limit": 0.2, **limits}
        >>> model = {"model": "a", "training": speed, "inference": speed, "breakdown": None}
        >>> machine = {"cpu": "A", "cores": 1, "gflops": 50.0, "memory_gb_per_second": 9.0}
        >>> plot_benchmark({"machine": machine, "models": [model]}, path)
        >>> path.exists()
        True
    """
    models, machine = benchmark["models"], benchmark["machine"]
    known = [model for model in models if model["breakdown"] is not None]
    heights = [_PANEL_INCHES + _ROW_INCHES * len(_WORK) * len(models)]
    if known:
        heights.append(_PANEL_INCHES + _BAR_INCHES * len(known))
    figure = make_figure(9, sum(heights) + _LEGEND_INCHES)
    panels = figure.subplots(len(heights), squeeze=False, height_ratios=heights)[:, 0]
    _draw_throughput(panels[0], models)
    if known:
        _draw_parts(panels[1], known)
        figure.legend(
            *panels[1].get_legend_handles_labels(), loc="outside lower center", ncols=5,
            frameon=False, fontsize=9,
        )  # fmt: skip
    about = f"{machine['cpu']}, {machine['cores']} core{'s' * (machine['cores'] != 1)}: "
    about += f"{machine['gflops']:,.0f} GFLOP/s, {machine['memory_gb_per_second']:,.1f} GB/s"
    figure.suptitle(about, x=0.01, ha="left", fontsize=9, color=GREY, parse_math=False)
    save(figure, path)


def _draw_throughput(panel: Axes, models: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    plain_axes(panel)
    panel.set_xscale("log")
    rows = [model[work] for model in models for work, _ in _WORK]
    rates = [row["images_per_second"] for row in rows]
    panel.plot(rates, range(len(rows)), "o", markersize=8, color=BLUE, label="measured")
    for name, label, marker, size in _LIMITS:
        limits = [(row[name], place) for place, row in enumerate(rows) if row[name] is not None]
        if limits:
            values, places = zip(*limits, strict=True)
            panel.plot(
                values, places, label=label, color=VERMILION, linestyle="none", marker=marker,
                markersize=size, markeredgewidth=2,
            )  # fmt: skip
    for place, row in enumerate(rows):
        _write_rate(panel, row, place)
    names = [f"{shortened(model['model'], 30)}, {word}" for model in models for _, word in _WORK]
    panel.set_yticks(range(len(rows)), names, parse_math=False)
    panel.set_ylim(len(rows) - 0.4, -0.8)
    panel.set_xlabel("images per second (logarithmic; more is better)")
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panel.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.margins(x=0.08)
    panel.set_title("Throughput", loc="left", fontweight="bold")
    panel.legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=3, frameon=False, fontsize=9,
        columnspacing=1.2, handletextpad=0.3,
    )  # fmt: skip


def _write_rate(panel: Axes, row: Mapping[str, Any], place: int) -> None:
    """The number beside the dot, and a line from it to the limit that is nearest."""
    rate, share = row["images_per_second"], row["share_of_limit"]
    text = f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"
    if share is not None:
        panel.plot([rate, rate / share], [place, place], color=GREY, linewidth=1, zorder=1)
        text += f", {100 * share:.0f} % of the limit"
    panel.annotate(text, (rate, place), (0, 7), textcoords="offset points", size=8)


def _draw_parts(panel: Axes, models: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.ticker import PercentFormatter

    plain_axes(panel)
    panel.grid(visible=False, axis="y")
    shares = [model["breakdown"]["shares"] for model in models]
    begins = [0.0] * len(models)
    for kind, (colour, ink) in zip(shares[0], _COLOURS, strict=True):
        widths = [each[kind] for each in shares]
        if not any(widths):
            continue
        bars = panel.barh(
            range(len(models)), widths, left=begins, height=0.62, color=colour, label=kind,
            edgecolor="white", linewidth=0.8,
        )  # fmt: skip
        numbers = [f"{100 * width:.0f} %" * (width >= _LEAST_LABELLED) for width in widths]
        panel.bar_label(bars, numbers, label_type="center", size=8, color=ink)
        begins = [begin + width for begin, width in zip(begins, widths, strict=True)]
    names = [shortened(model["model"], 40) for model in models]
    panel.set_yticks(range(len(models)), names, parse_math=False)
    panel.set_ylim(len(models) - 0.5, -0.5)
    panel.set_xlim(0, 1)
    panel.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    panel.set_xlabel("share of the time of all operations")
    panel.set_title("Where a training step's time goes", loc="left", fontweight="bold")
