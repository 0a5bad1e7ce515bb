"""Tables for people, and the same data for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

GAP = "  "


def print_json(data: Any) -> None:
    """Print data as JSON, indented."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()
) -> None:
    """Print a table: fitted to a terminal, or whole lines for a pipe or file.

    Args:
        header: The columns' titles.
        rows: One text per column each.
        numbers: Titles of the columns that are aligned to the right.
    """
    shown = [
        each
        for each, title in enumerate(header)
        if each == 0 or any(row[each] for row in rows) or not title
    ]
    header = [header[each] for each in shown]
    rows = [[row[each] for each in shown] for row in rows]
    if sys.stdout.isatty():
        _print_rich(header, rows, numbers)
    else:
        _print_plain(header, rows, numbers)


def print_facts(facts: Mapping[str, str]) -> None:
    """Print names and values below each other; those without a value are left out.

    Args:
        facts: Value by name.
    """
    present = {name: value for name, value in facts.items() if value}
    width = max(map(len, present), default=0)
    for name, value in present.items():
        title = typer.style(f"{name:<{width}}", bold=True)
        typer.echo(f"{title}{GAP}{value}")


def _print_plain(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]
) -> None:
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[each]) for line in lines) for each in range(len(header))]
    for line in lines:
        cells = [
            text.rjust(width) if title in numbers else text.ljust(width)
            for text, width, title in zip(line, widths, header, strict=True)
        ]
        typer.echo(GAP.join(cells).rstrip())


def _print_rich(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0), header_style="bold cyan")
    for each, title in enumerate(header):
        texts = [title, *(row[each] for row in rows)]
        table.add_column(
            title,
            justify="right" if title in numbers else "left",
            # Words are for copying and stay whole; prose is wrapped between them.
            min_width=max(len(word) for text in texts for word in text.split() or [""]),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)
