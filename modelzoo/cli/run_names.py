"""Which run a word of the command line stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from modelzoo.errors import RunError
from modelzoo.registry.names import closest

if TYPE_CHECKING:
    from modelzoo.training import Run

RUNS = Path("runs")
LATEST = "latest"

RunArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's folder, its name in runs/, or 'latest'.", show_default=False
    ),
]


def short_path(folder: Path) -> Path:
    """A run's folder as a user types it: relative where it is below the working directory."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def open_run(word: str) -> Run:
    """The run that a word stands for.

    Args:
        word: The path of a run's folder, the name of a folder in ``runs/``, or ``latest``.

    Returns:
        The run; ``latest`` is the one in ``runs/`` that began last.

    Raises:
        RunError: There is no such run, or it is damaged.

    Example:
        >>> open_run("digits")
        Traceback (most recent call last):
        modelzoo.errors.RunError: There is no run 'digits': neither is it a folder, ...
    """
    from modelzoo.training import Run, list_runs

    if word == LATEST:
        runs = list_runs(RUNS)
        if not runs:
            raise RunError(
                f"There are no runs in {RUNS.absolute()}. Train one with `modelzoo train`, or give "
                "the path of a run's folder."
            )
        return runs[0]
    for folder in (Path(word).expanduser(), RUNS / word):
        if folder.is_dir():
            return Run(folder)
    message = f"There is no run {word!r}: neither is it a folder, nor is there one in {RUNS}/."
    matches = closest(word, [run.name for run in list_runs(RUNS)])
    if matches:
        raise RunError(f"{message} Did you mean {matches[0]!r}?")
    raise RunError(f"{message} `modelzoo runs` shows all that there are.")
