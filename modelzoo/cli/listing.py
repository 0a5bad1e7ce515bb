"""``modelzoo list``: what there is."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from modelzoo.cli import messages
from modelzoo.cli.facts import entry_data, family_data, known_result, multiplied, number
from modelzoo.cli.tables import print_json, print_table
from modelzoo.registry import (
    KINDS,
    Entry,
    FamilyEntry,
    Kind,
    Spec,
    default_host,
    list_entries,
    list_plugins,
)
from modelzoo.registry.names import closest, normalise_distribution

PLURALS: Mapping[str, Kind] = {f"{kind}s": kind for kind in KINDS}
FAMILIES = "families"

# Of a family, which may have many for the conformance kit.
EXAMPLES_SHOWN = 2

Row = tuple[str, ...]


EXAMPLES = """\
modelzoo list                                   all models
modelzoo list models "mobilenet*" --task binary
modelzoo list datasets --json
modelzoo list recipes --plugin fashion_mnist
modelzoo list families                          more names, by pattern
"""


def list_(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="models, datasets, tasks, recipes, exporters or families."
        ),
    ] = "models",
    pattern: Annotated[
        str, typer.Argument(metavar="PATTERN", help="A name with wildcards, in quotes.")
    ] = "*",
    task: Annotated[
        str | None, typer.Option(help="Only models and datasets that fit this task.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only what has this tag.")] = None,
    plugin: Annotated[
        str | None, typer.Option(help="Only what this plugin or distribution brought.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is deprecated.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List models, datasets, tasks, recipes, exporters, or families of names.

    A family is a pattern such as tfds/NAME: what is named like that can be used, but not be
    listed. The families of a kind follow its names. With --json, the list of a kind has the names
    only, and that of the families has all families.
    """
    if kind not in (*PLURALS, FAMILIES):
        raise TyperException(_not_a_kind(kind))
    if task is not None and kind not in ("models", "datasets"):
        raise TyperException(f"--task filters models and datasets, but not {kind}.")
    if plugin is not None:
        _check_plugin(plugin)
    # Of a family nobody knows what the names in it are for.
    families = [] if tag or task else _families(PLURALS.get(kind), pattern, plugin)
    if kind == FAMILIES:
        _print_families(families, as_json)
        return
    wanted = PLURALS[kind]
    entries = [
        entry
        for entry in list_entries(wanted, pattern, task=task, tag=tag, deprecated=everything)
        if _from(plugin, entry)
    ]
    if as_json:
        print_json([entry_data(entry) for entry in entries])
        return
    if entries:
        header, row = COLUMNS[wanted]
        print_table(header, [row(entry) for entry in entries], numbers=NUMBERS)
    if entries and families:
        typer.echo()
    if families:
        print_table(("and by name", "summary"), [_family(each) for each in families])
    if not entries and not families:
        messages.note(
            f"There are no such {kind}. `modelzoo list {kind} --all` shows all there are."
        )


def _check_plugin(word: str) -> None:
    records = list_plugins()
    words = [*(each.name for each in records), *(each.distribution for each in records)]
    if not any(_is_of(word, each.name, each.distribution) for each in records):
        matches = closest(word, words)
        hint = f"Did you mean {matches[0]!r}?" if matches else "`modelzoo plugins` shows them."
        raise TyperException(f"No plugin or distribution with one is named {word!r}. {hint}")


def _families(kind: Kind | None, pattern: str, plugin: str | None) -> list[FamilyEntry]:
    return [
        entry
        for entry in default_host().registry.families(kind)
        if _from(plugin, entry)
        and any(
            fnmatch.fnmatchcase(name.lower(), pattern.lower())
            for name in (entry.family.pattern, *entry.family.examples)
        )
    ]


def _from(plugin: str | None, entry: Entry[Any] | FamilyEntry) -> bool:
    about = entry.provenance
    return plugin is None or _is_of(plugin, about.plugin, about.distribution)


def _is_of(word: str, plugin: str, distribution: str) -> bool:
    return word == plugin or normalise_distribution(word) == distribution


def _print_families(families: list[FamilyEntry], as_json: bool) -> None:
    if as_json:
        print_json([family_data(each) for each in families])
    elif families:
        header = ("family", "of", "such as", "summary")
        rows = [
            (
                each.family.pattern,
                f"{each.family.kind}s",
                _few(each.family.examples),
                each.family.summary,
            )
            for each in families
        ]
        print_table(header, rows)
    else:
        messages.note("There are no such families: plugins bring them.")


def _few(examples: tuple[str, ...]) -> str:
    more = ["..."] if len(examples) > EXAMPLES_SHOWN else []
    return ", ".join([*examples[:EXAMPLES_SHOWN], *more])


def _family(entry: FamilyEntry) -> Row:
    return entry.family.pattern, entry.family.summary


def _not_a_kind(word: str) -> str:
    words = (*PLURALS, FAMILIES)
    message = f"{word!r} can't be listed, expected one of: {', '.join(words)}."
    matches = closest(word, words)
    if matches:
        return f"{message} Did you mean {matches[0]!r}?"
    return f"{message} To look for a model: modelzoo list models {word!r}."


def _model(entry: Entry[Any]) -> Row:
    spec = entry.spec
    return (
        display_name(entry),
        ", ".join(spec.tasks) or "any",
        multiplied(spec.input_shape),
        number(spec.parameters),
        _summary(spec),
    )


def _dataset(entry: Entry[Any]) -> Row:
    spec = entry.spec
    return (
        display_name(entry),
        spec.task,
        number(spec.num_classes),
        multiplied(spec.input_shape),
        ", ".join(f"{count:,} {split}" for split, count in spec.splits.items()),
        _summary(spec),
    )


def _task(entry: Entry[Any]) -> Row:
    spec = entry.spec
    most = "or more" if spec.max_classes is None else f"to {spec.max_classes}"
    limits = f"{spec.min_classes} {most}"
    if spec.min_classes == spec.max_classes:
        limits = str(spec.min_classes)
    return display_name(entry), spec.labels, limits, _summary(spec)


def _recipe(entry: Entry[Any]) -> Row:
    spec = entry.spec
    return display_name(entry), spec.model, spec.dataset, known_result(spec), _summary(spec)


def _exporter(entry: Entry[Any]) -> Row:
    spec = entry.spec
    return (
        display_name(entry),
        f"a {spec.suffix} file" if spec.suffix else "a folder",
        _summary(spec),
    )


def _summary(spec: Spec) -> str:
    return f"{spec.summary} (deprecated: {spec.deprecated})" if spec.deprecated else spec.summary


def display_name(entry: Entry[Any]) -> str:
    """The shortest name that stands for the entry."""
    return default_host().registry.display_name(entry)


COLUMNS: Mapping[Kind, tuple[Row, Callable[[Entry[Any]], Row]]] = {
    "model": (("model", "tasks", "input", "parameters", "summary"), _model),
    "dataset": (("dataset", "task", "classes", "images", "splits", "summary"), _dataset),
    "task": (("task", "labels", "classes", "summary"), _task),
    "recipe": (("recipe", "model", "dataset", "reaches", "summary"), _recipe),
    "exporter": (("exporter", "writes", "summary"), _exporter),
}
NUMBERS = ("parameters",)
