"""``modelzoo quickstart``: see it work, on data that ship with the package."""

from __future__ import annotations

import typer

EXAMPLES = """\
modelzoo quickstart
"""


def quickstart() -> None:
    """Train two small networks, one per task, and predict an image; takes two minutes."""
    typer.echo("")
