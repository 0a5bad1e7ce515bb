"""Tables for people, and the same data for programs."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import typer

GAP = "  "


def print_json(data: Any) -> None:
    """Print data as JSON, indented."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()
) -> None:
    """Print a table: wrapped to fit a terminal, or one line per row for a pipe or file.

    A column without any content is left out; nothing is ever cut off.

    Args:
        header: The columns' titles.
        rows: One text per column each.
        numbers: Titles of the columns that are aligned to the right.
    """
    shown = [each for each in range(len(header)) if any(row[each] for row in rows)]
    header = [header[each] for each in shown]
    rows = [[row[each] for each in shown] for row in rows]
    lines = [header, *rows]
    widths = [max(len(line[each]) for line in lines) for each in range(len(header))]
    if sys.stdout.isatty():
        words = [_longest_word(line[each] for line in lines) for each in range(len(header))]
        room = shutil.get_terminal_size().columns - len(GAP) * (len(header) - 1)
        widths = _fitted(widths, words, room)
    for each, line in enumerate(lines):
        for text in _wrapped(line, widths, [title in numbers for title in header]):
            typer.secho(text, bold=each == 0)


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


def _longest_word(texts: Iterable[str]) -> int:
    return max(len(word) for text in texts for word in text.split() or [""])


def _fitted(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Narrower columns that fit, as far as whole words allow: names are for copying."""
    fitted = [*widths]
    while sum(fitted) > room:
        wide = [each for each, width in enumerate(fitted) if width > least[each]]
        if not wide:
            break
        fitted[max(wide, key=lambda each: fitted[each])] -= 1
    return fitted


def _wrapped(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """The lines of a row: cells are wrapped between words, and aligned."""
    columns = [
        textwrap.wrap(cell, width, break_long_words=False, break_on_hyphens=False)
        for cell, width in zip(cells, widths, strict=True)
    ]
    for line in itertools.zip_longest(*columns, fillvalue=""):
        aligned = [
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(line, widths, right, strict=True)
        ]
        yield GAP.join(aligned).rstrip()
