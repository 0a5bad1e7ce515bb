"""``{conformance}`` and ``{conformance-reasons}``: what the kit found in the plugin packages.

The reports are what ``modelzoo check DISTRIBUTION --json`` printed, ``docs/conformance/*.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

REPORTS = Path(__file__).parent.parent / "conformance"
STATUSES = {
    "passed": "passed",
    "failed": "failed",
    "expected_failure": "expected failures",
    "skipped": "skipped",
}


class Conformance(SphinxDirective):
    """Writes a table of all packages with their counts."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        return self.parse_text_to_nodes(_overview(_reports(self)))


class ConformanceReasons(SphinxDirective):
    """Writes what did not pass, with its reasons, under a heading for each package."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        text = "\n\n".join(map(_reasons, _reports(self).values()))
        # Sections go to the page at once, ahead of all else that a directive returns.
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _reports(directive: SphinxDirective) -> dict[str, Any]:
    files = sorted(REPORTS.glob("*.json"))
    for file in files:
        directive.env.note_dependency(str(file))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def _overview(reports: dict[str, Any]) -> str:
    header = ("package", "checked", *STATUSES.values(), "with")
    rows = [
        (
            f"`{name}`",
            _checked(report),
            *(f"{report['counts'][status]:,}" for status in STATUSES),
            ", ".join(f"{library} {version}" for library, version in report["versions"].items()),
        )
        for name, report in reports.items()
    ]
    return _table(header, rows)


def _checked(report: Any) -> str:
    """How many models, datasets, ... there were, such as ``40 models, 1 plugin``."""
    kinds = Counter(subject.partition(" ")[0] for subject in _subjects(report))
    return ", ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in kinds.items())


def _subjects(report: Any) -> list[str]:
    return list(dict.fromkeys(each["subject"] for each in report["outcomes"]))


def _reasons(report: Any) -> str:
    rows = [
        (STATUSES[status].removesuffix("s"), f"`{check}`", _of(subjects), reason)
        for status, check, reason, subjects in _grouped(report)
    ]
    title = report["subject"].partition(" ")[2]
    if not rows:
        return f"## {title}\n\nEverything passed."
    return f"## {title}\n\n{_table(('result', 'check', 'of', 'reason'), rows)}"


def _grouped(report: Any) -> Iterator[tuple[str, str, str, list[str]]]:
    """What did not pass, with all subjects of one result, check and reason together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for each in report["outcomes"]:
        if each["status"] != "passed":
            key = (each["status"], each["check"], each["reason"])
            groups.setdefault(key, []).append(each["subject"])
    for status in STATUSES:
        for key, subjects in groups.items():
            if key[0] == status:
                yield (*key, subjects)


def _of(subjects: Sequence[str]) -> str:
    if len(subjects) > 3:
        kind = subjects[0].partition(" ")[0]
        return f"{len(subjects)} {kind}s"
    return ", ".join(f"`{each.partition(' ')[2]}`" for each in subjects)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    numbers = tuple(STATUSES.values())
    rule = ["---:" if title in numbers else "---" for title in header]
    lines = [header, rule, *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives."""
    app.add_directive("conformance", Conformance)
    app.add_directive("conformance-reasons", ConformanceReasons)
    return {"parallel_read_safe": True}
