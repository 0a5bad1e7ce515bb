"""``modelzoo check NAME``: whether a thing, or a whole plugin, is what it says."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelzoo.cli import messages
from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.parameters import settings
from modelzoo.cli.tables import print_json, print_table
from modelzoo.registry import find_any, list_plugins
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.registry.names import normalise_distribution

if TYPE_CHECKING:
    from modelzoo.testing import Report

# Something is not what it says; 2 is for what is wrong in the command itself.
FAILED = 1

LIBRARIES = ("tensorflow", "keras")

EXAMPLES = """\
modelzoo check mobilenet_v1_mini
modelzoo check image_folder --data-dir photos/
modelzoo check modelzoo-acme                    a plugin, and all it registers
modelzoo check modelzoo-acme --json
"""


def check(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|DISTRIBUTION",
            help="Of a model, dataset, task, recipe or exporter, or of a package with plugins.",
        ),
    ],
    kind: Annotated[
        str | None, typer.Option(help="Which kind, where several have a thing of this name.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the data are, for a dataset that can't know.")
    ] = None,
    dataset_option: Annotated[
        list[str] | None,
        typer.Option(metavar="K=V", help="An option of the dataset; repeatable."),
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Let datasets download what they need.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check that a model, a dataset, ... or all of a plugin is what it says.

    Every check that applies is run, also after one has failed. The exit status is 1 where one
    failed or nothing was checked.
    """
    options = settings(dataset_option or [], option="--dataset-option")
    report = _checked(name, kind, data_dir=data_dir, options=options, download=download)
    if as_json:
        print_json({**report.to_dict(), "versions": _versions(name)})
    else:
        _print(report)
    if not report.ok:
        raise typer.Exit(FAILED)


def _checked(
    name: str,
    kind: str | None,
    *,
    data_dir: Path | None,
    options: dict[str, object],
    download: bool,
) -> Report:
    is_plugin = kind is None and normalise_distribution(name) in {
        each.distribution for each in list_plugins()
    }
    entry = None if is_plugin else find_any(name, kind)
    of_datasets = {"--data-dir": data_dir, "--download": download, "--dataset-option": options}
    if is_plugin:
        del of_datasets["--data-dir"], of_datasets["--download"]
    for option, given in of_datasets.items():
        if given and (entry is None or entry.kind != "dataset"):
            raise typer.BadParameter(
                f"{name!r} is no dataset, so it has no such options.", param_hint=f"'{option}'"
            )
    load_tensorflow()

    from modelzoo.progress import progress
    from modelzoo.testing import check_entry, check_plugin

    with progress(0, f"Checking {name}") as shown:

        def listener(_: object) -> None:
            shown.advance()

        if entry is None:
            return check_plugin(name, data_dir=data_dir, download=download, listener=listener)
        return check_entry(
            entry, data_dir=data_dir, options=options, download=download, listener=listener
        )


def _versions(name: str) -> dict[str, str]:
    """What the report is of, and what it was made with."""
    wanted = dict.fromkeys((normalise_distribution(name), BUILTIN_DISTRIBUTION, *LIBRARIES))
    found = {}
    for each in wanted:
        with suppress(PackageNotFoundError):
            found[each] = version(each)
    return found


def _print(report: Report) -> None:
    header = ("checked", "passed", "failed", "skipped", "expected failures")
    parts = report.by_subject()
    rows = [_row(part) for part in parts]
    if len(parts) > 1:
        rows.append(_row(report, "all"))
    print_table(header, rows, numbers=header[1:])
    others = [each for each in report.outcomes if each.status != "passed"]
    if others:
        typer.echo()
        print_table(
            ("checked", "check", "result", "reason"),
            [
                (each.subject, each.check, each.status.replace("_", " "), each.reason)
                for each in others
            ],
        )
    if not report.counts["passed"]:
        messages.error("Nothing was checked, which counts as a failure.")


def _row(report: Report, title: str | None = None) -> tuple[str, ...]:
    return (title or report.subject, *(str(count) for count in report.counts.values()))
