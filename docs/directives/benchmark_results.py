"""``{benchmark-results} PART``: what was measured, from the file that the measuring has written."""

from __future__ import annotations

import datetime
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

Results = Mapping[str, Any]

FOLDER = "benchmarks"
NOTHING = "Nothing has been measured yet.\n"


class BenchmarkResults(SphinxDirective):
    """Writes one part of the results: ``conditions``, ``comparison`` or ``growth``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Sentences, a table and the picture, where there is one."""
        part = self.arguments[0]
        if part not in PARTS:
            raise self.error(f"{part!r} is none of {tuple(PARTS)}")
        file = Path(self.env.srcdir, FOLDER, "results.json")
        self.env.note_dependency(str(file))
        text = PARTS[part](json.loads(file.read_text("utf-8"))) if file.exists() else NOTHING
        table = self.parse_text_to_nodes(text)
        picture = _picture(part) if file.with_name(f"{part}.png").exists() else ""
        # A table that is wider than the page is scrolled, not squeezed.
        return [
            nodes.container("", *table, classes=["wide-table"]),
            *self.parse_text_to_nodes(picture),
        ]


def conditions(results: Results) -> str:
    """On what machine, when, with what, and how often it was measured."""
    machine, versions = results["machine"], results["versions"]
    day = datetime.date.fromisoformat(results["measured"])
    libraries = ", ".join(f"{name} {version}" for name, version in versions.items())
    pairs = "one pair" if results["rounds"] == 1 else f"{results['rounds']} pairs"
    return (
        f"Measured on {day:%-d %B %Y}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory']:g} GiB of memory, {machine['system']}; {libraries}. "
        f"{pairs.capitalize()} of each. The load of the machine was {machine['load']:g} when it "
        "began.\n"
    )


def comparison(results: Results) -> str:
    """A line per ratio, beneath a sentence of how many are what was wanted."""
    rows = results["comparison"]
    lines = [
        ("what is done", "against", "ours", "theirs", "times as fast", "wanted", "reached"),
        *(
            (row["work"], row["peer"], *_ratio(row), f"{row['target']:g}", _mark(row))
            for row in rows
        ),
    ]
    return f"{summary(rows)}\n\n{_table(lines, numbers=('ours', 'theirs', 'wanted'))}\n"


def growth(results: Results) -> str:
    """A line per thing that must stay small."""
    rows = results["growth"]
    lines = [
        ("what is measured", "measured", "at most", "reached"),
        *((row["work"], _value(row), _with_unit(row, "limit"), _mark(row)) for row in rows),
    ]
    return f"{summary(rows)}\n\n{_table(lines, numbers=('measured', 'at most'))}\n"


def reached(row: Mapping[str, Any]) -> bool | None:
    """Whether what was wanted is reached; ``None`` where nothing was measured."""
    if "missing" in row:
        return None
    if "limit" in row:
        return bool(row["value"] <= row["limit"])
    return bool(row["ratio"]["median"] >= row["target"])


def summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many of the rows are reached, not reached and not measured."""
    found = [reached(row) for row in rows]
    counted = {
        "reached": found.count(True),
        "not reached": found.count(False),
        "not measured": found.count(None),
    }
    said = [f"{count} {what}" for what, count in counted.items() if count]
    return f"Of {len(rows)} targets: {', '.join(said)}."


def _ratio(row: Mapping[str, Any]) -> tuple[str, str, str]:
    if "missing" in row:
        return "", "", f"not measured: {row['missing']}"
    ratio = row["ratio"]
    return (
        _duration(statistics.median(row["ours"])),
        _duration(statistics.median(row["theirs"])),
        f"**{ratio['median']:.2f}** ({ratio['least']:.2f} to {ratio['most']:.2f})",
    )


def _value(row: Mapping[str, Any]) -> str:
    return f"not measured: {row['missing']}" if "missing" in row else _with_unit(row, "value")


def _with_unit(row: Mapping[str, Any], name: str) -> str:
    return f"{row[name]:.3g}\N{NO-BREAK SPACE}{row['unit']}".strip()


def _mark(row: Mapping[str, Any]) -> str:
    return {True: "yes", False: "**no**", None: "not measured"}[reached(row)]


def _duration(seconds: float) -> str:
    number, unit = (seconds, "s") if seconds >= 1 else (1e3 * seconds, "ms")
    return f"{number:.3g}\N{NO-BREAK SPACE}{unit}"


def _table(lines: Sequence[Sequence[str]], *, numbers: Sequence[str]) -> str:
    rule = ["---:" if title in numbers else "---" for title in lines[0]]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in (lines[0], rule, *lines[1:]))


def _cell(text: str) -> str:
    # The last words of a failed script can be anything.
    return text.replace("|", r"\|").replace("\n", " ")


def _picture(part: str) -> str:
    return f"![The figures of the table as a picture]({FOLDER}/{part}.png)\n"


PARTS: dict[str, Callable[[Results], str]] = {
    "conditions": conditions,
    "comparison": comparison,
    "growth": growth,
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("benchmark-results", BenchmarkResults)
    return {"parallel_read_safe": True}
