"""``{check-tables}``: all checks of the conformance kit, from the kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from modelzoo.registry import KINDS
from modelzoo.testing import Check, checks_of
from modelzoo.testing.plugins import PLUGIN_CHECKS


class CheckTables(SphinxDirective):
    """Writes a table for each kind of thing, with what is true where a check passes."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        text = "\n".join(_section(title, checks) for title, checks in tables())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def tables() -> Iterator[tuple[str, list[Check]]]:
    """Titles with their checks: those of every kind once, and then what each kind adds."""
    by_kind = {kind: checks_of(kind) for kind in KINDS}
    common = [check for check in by_kind[KINDS[0]] if all(check in by_kind[kind] for kind in KINDS)]
    yield "Every spec", common
    for kind, checks in by_kind.items():
        yield f"{kind.capitalize()}s", [check for check in checks if check not in common]
    yield "A plugin as a whole", list(PLUGIN_CHECKS)


def _section(title: str, checks: Iterable[Check]) -> str:
    rows = [f"| `{check.name}` | {_cell(check.summary)} |" for check in checks]
    return "\n".join(
        [f"### {title}", "", "| check | what is true where it passes |", "| --- | --- |", *rows, ""]
    )


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("check-tables", CheckTables)
    return {"parallel_read_safe": True}
