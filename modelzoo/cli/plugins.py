"""``modelzoo plugins``: what became of each plugin."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Annotated

import typer

from modelzoo.cli.tables import print_json, print_table
from modelzoo.errors import PluginWarning
from modelzoo.registry import PluginRecord, default_host, list_plugins

EXAMPLES = """\
modelzoo plugins
modelzoo plugins --json
MODELZOO_BLOCK_PLUGINS=acme modelzoo plugins     without one of them
"""


def plugins(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the plugins: which are loaded, which failed and why, whose names are another's, too."""
    with warnings.catch_warnings():
        # The table says what the warnings would say.
        warnings.simplefilter("ignore", PluginWarning)
        records = list_plugins()
        # A hook that is asked now and again; whether it works is known once it was asked.
        for _ in default_host().commands():
            pass
    if as_json:
        print_json([dataclasses.asdict(record) for record in records])
    else:
        header = ("plugin", "distribution", "status", "ms", "offers", "remarks")
        print_table(header, [_row(record) for record in records], numbers=("ms",))


def _row(record: PluginRecord) -> tuple[str, ...]:
    offers = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in record.counts.items()]
    if record.families:
        offers.append("1 family" if record.families == 1 else f"{record.families} families")
    return (
        record.name,
        f"{record.distribution} {record.version}",
        record.status,
        f"{record.milliseconds:.1f}",
        ", ".join(offers),
        "; ".join([*filter(None, [record.reason]), *record.conflicts]),
    )
