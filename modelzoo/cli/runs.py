"""``modelzoo runs``: what has been trained, compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from modelzoo.cli import messages
from modelzoo.cli.run_names import RUNS
from modelzoo.cli.tables import print_json, print_table
from modelzoo.errors import RunError

if TYPE_CHECKING:
    from modelzoo.training import Run

_PICTURES = (".png", ".svg", ".pdf")


EXAMPLES = """\
modelzoo runs
modelzoo runs experiments/ --plot comparison.png
modelzoo runs --json
"""


def runs(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder that holds the runs.")
    ] = RUNS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw the comparison: a .png, .svg or .pdf file.")
    ] = None,
) -> None:
    """Compare what was trained: for each dataset, the best first."""
    if plot is not None and plot.suffix.lower() not in _PICTURES:
        raise TyperException(
            f"--plot is {str(plot)!r}, expected a file ending in {' or '.join(_PICTURES)}."
        )
    from modelzoo.training import list_runs

    if not folder.is_dir() and folder != RUNS:
        raise RunError(f"{folder} is not a folder. Give the folder that holds the runs' folders.")
    compared = sorted((_comparison(run) for run in list_runs(folder)), key=_order)
    if as_json:
        print_json(compared)
    elif compared:
        header = ("dataset", "run", "model", "task", "result", "loss", "epochs", "time", "status")
        numbers = ("loss", "epochs", "time")
        print_table(header, [_row(each) for each in compared], numbers=numbers)
    else:
        messages.note(f"There are no runs in {folder.absolute()}. `modelzoo train` makes one.")
    if plot is not None:
        from modelzoo.reporting import plot_runs

        plot_runs(compared, plot)
        messages.note(f"Picture: {plot}")


def _comparison(run: Run) -> dict[str, Any]:
    """What is compared of a run, as JSON data."""
    monitor = run.info.get("monitor", {"metric": "loss", "mode": "min"})
    results = run.results
    split = next((each for each in ("test", "val", "train") if f"{each}_loss" in results), None)
    history = run.history
    return {
        "dataset": run.info["dataset"]["spec"]["name"],
        "run": run.name,
        "folder": str(run.folder),
        "model": run.info["model"]["spec"]["name"],
        "task": run.info["task"]["spec"]["name"],
        "status": run.status,
        "metric": monitor["metric"],
        "mode": monitor["mode"],
        "split": split,
        "value": results.get(f"{split}_{monitor['metric']}"),
        "loss": results.get(f"{split}_loss"),
        "epochs": len(history),
        "seconds": sum(row.get("seconds", 0.0) for row in history),
        "created": run.info["created"],
        "results": results,
    }


def _order(compared: dict[str, Any]) -> tuple[Any, ...]:
    value = compared["value"]
    rank = 0.0 if value is None else value if compared["mode"] == "min" else -value
    return compared["dataset"], compared["task"], value is None, rank, compared["run"]


def _row(compared: dict[str, Any]) -> tuple[str, ...]:
    from modelzoo.training.display import clock

    value, loss = compared["value"], compared["loss"]
    return (
        compared["dataset"],
        compared["run"],
        compared["model"],
        compared["task"],
        "" if value is None else f"{compared['split']} {compared['metric']} {value:.4f}",
        "" if loss is None else f"{loss:.4f}",
        str(compared["epochs"]),
        clock(compared["seconds"]),
        compared["status"],
    )
