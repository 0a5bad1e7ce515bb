"""``{zoo-table} KIND``: what is built in, from the registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from modelzoo.registry import KINDS, Kind, PluginHost

Row = tuple[str, ...]

NUMBERS = ("parameters", "multiply-adds")

# Without what happens to be installed beside it, and with an error where a built-in plugin fails.
HOST = PluginHost(installed=(), environ={"MODELZOO_STRICT_PLUGINS": "1"})


class ZooTable(SphinxDirective):
    """Writes the table of a kind."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table."""
        kind = self.arguments[0]
        if kind not in KINDS:
            raise self.error(f"{kind!r} is none of {KINDS}")
        header, row = COLUMNS[kind]
        rows = [row(entry.spec) for entry in HOST.registry.entries(kind)]
        filled = [each for each in range(len(header)) if any(row[each] for row in rows)]
        lines = [[line[each] for each in filled] for line in (header, *rows)]
        rule = ["---:" if title in NUMBERS else "---" for title in lines[0]]
        lines.insert(1, rule)
        text = "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)
        tables = self.parse_text_to_nodes(text)
        # A table that is wider than the page is scrolled, not squeezed.
        return [nodes.container("", *tables, classes=["wide-table"])]


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _shape(shape: Sequence[int] | None) -> str:
    # Hard spaces: a shape is not broken.
    return (
        ""
        if shape is None
        else "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}".join(map(str, shape))
    )


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _model(spec: Any) -> Row:
    return (
        f"`{spec.name}`",
        spec.summary,
        _shape(spec.input_shape),
        _count(spec.parameters),
        _count(spec.mult_adds),
        _names(spec.tasks),
        _weights(spec),
    )


def _weights(spec: Any) -> str:
    if len(spec.weights) > 3:
        return f"{_names([spec.weights[0].name])} and {len(spec.weights) - 1} more"
    return _names([each.name for each in spec.weights])


def _dataset(spec: Any) -> Row:
    splits = ", ".join(f"{count:,}\N{NO-BREAK SPACE}{name}" for name, count in spec.splits.items())
    return (
        f"`{spec.name}`",
        spec.summary,
        f"`{spec.task}`",
        _count(spec.num_classes),
        _shape(spec.input_shape),
        splits or ("those in `data_dir`" if spec.needs_data_dir else ""),
        spec.licence,
    )


def _task(spec: Any) -> Row:
    most = "or more" if spec.max_classes is None else f"to {spec.max_classes}"
    limits = f"{spec.min_classes} {most}"
    if spec.min_classes == spec.max_classes:
        limits = str(spec.min_classes)
    return f"`{spec.name}`", spec.summary, f"`{spec.labels}`", limits


def _recipe(spec: Any) -> Row:
    settings = ", ".join(f"`{name}={value!r}`" for name, value in spec.config.items())
    known = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in spec.results.items())
    source = f"{known} ({spec.source})" if known and spec.source else known
    return f"`{spec.name}`", f"`{spec.model}`", f"`{spec.dataset}`", settings, source


def _exporter(spec: Any) -> Row:
    return f"`{spec.name}`", spec.summary, f"a `{spec.suffix}` file" if spec.suffix else "a folder"


COLUMNS: dict[Kind, tuple[Row, Callable[[Any], Row]]] = {
    "model": (
        ("name", "what it is", "input", "parameters", "multiply-adds", "tasks", "weights"),
        _model,
    ),
    "dataset": (
        ("name", "what it is", "task", "classes", "images", "splits", "licence"),
        _dataset,
    ),
    "task": (("name", "what it predicts", "labels", "classes"), _task),
    "recipe": (("name", "model", "dataset", "settings", "published result"), _recipe),
    "exporter": (("name", "what it is", "writes"), _exporter),
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("zoo-table", ZooTable)
    return {"parallel_read_safe": True}
