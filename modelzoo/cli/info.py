"""``modelzoo info NAME``: everything that is known of one thing."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from modelzoo.cli.facts import entry_data, fraction, multiplied, number, pairs, sizes
from modelzoo.cli.tables import print_facts, print_json, print_table
from modelzoo.errors import IncompatibleError
from modelzoo.registry import Entry, TaskSpec, check_model_task, find_any, list_entries

# Fields that are shown as a table of their own or in another place.
_ELSEWHERE = ("name", "summary", "task_defaults", "weights", "features", "parameters", "mult_adds")


EXAMPLES = """\
modelzoo info mobilenet_v1_mini
modelzoo info fashion_mnist --json
modelzoo info acme-zoo/acme_net
"""


def info(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Of a model, dataset, task, recipe or exporter.")
    ],
    kind: Annotated[
        str | None, typer.Option(help="Which kind, where several have a thing of this name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show all that is known of one thing.

    Where it came from, its settings, and for a model the parameters and multiply-adds for each
    task, without the head and with it.
    """
    entry = find_any(name, kind)
    tasks = _tasks_of(entry)
    if as_json:
        data = entry_data(entry)
        if entry.kind == "model":
            data["tasks"] = [sizes(entry.spec, task) for task in tasks]
        print_json(data)
        return
    typer.secho(f"{entry.kind} {entry.spec.name}", bold=True)
    typer.echo(entry.spec.summary)
    typer.echo()
    print_facts(_facts(entry))
    if tasks:
        typer.echo()
        _print_sizes(entry, tasks)


def _tasks_of(entry: Entry[Any]) -> list[TaskSpec]:
    if entry.kind != "model":
        return []
    tasks = []
    for each in list_entries("task"):
        try:
            check_model_task(entry.spec, each.spec)
        except IncompatibleError:
            continue
        tasks.append(each.spec)
    return tasks


def _facts(entry: Entry[Any]) -> dict[str, str]:
    spec, provenance = entry.spec, entry.provenance
    facts = {
        "full name": entry.full_name,
        "from": f"{provenance.distribution} {provenance.version}, plugin {provenance.plugin}"
        f" ({provenance.module})",
    }
    for field in (each.name for each in dataclasses.fields(spec)):
        if field not in _ELSEWHERE:
            facts[field.replace("_", " ")] = _words(field, getattr(spec, field))
    for task, defaults in getattr(spec, "task_defaults", {}).items():
        facts[f"options for {task}"] = pairs(defaults.get("options", {}))
    for each in getattr(spec, "weights", ()):
        about = (each.summary, each.licence, each.url)
        facts[f"weights {each.name}"] = ", ".join(text for text in about if text) or "a local file"
    return facts


def _words(field: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.endswith("shape"):
        return multiplied(value)
    if field == "scale" and isinstance(value, float):
        return fraction(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if hasattr(value, "items"):
        return pairs(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _print_sizes(entry: Entry[Any], tasks: list[TaskSpec]) -> None:
    rows = []
    for task in tasks:
        size = sizes(entry.spec, task)
        rows.append(
            (
                task.name,
                multiplied(size["input_shape"]),
                number(size["num_classes"]),
                number(size["parameters"]),
                number(size["parameters_with_head"]),
                number(size["mult_adds"]),
                number(size["mult_adds_with_head"]),
            )
        )
    counts = ("parameters", "with head", "multiply-adds", "with head")
    print_table(("task", "input", "classes", *counts), rows, numbers=("classes", *counts))
