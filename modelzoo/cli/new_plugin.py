"""``modelzoo new-plugin NAME``: a plugin package to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """\
modelzoo new-plugin acme                        makes the folder modelzoo-acme
modelzoo new-plugin acme --parent plugins/
"""


def new_plugin(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What names of the plugin begin with.")
    ],
    parent: Annotated[
        Path, typer.Option(help="The folder in which the package's folder is made.")
    ] = Path(),
) -> None:
    """Write a package that adds a model, a dataset, a task and a recipe.

    It passes its tests and the conformance checks as it is: replace what is in it piece by piece.
    """
    from modelzoo.new_plugin import new_plugin as write

    folder = write(name, parent)
    typer.echo(f"{folder} has a whole plugin package. Next:")
    typer.echo(f"  cd {shlex.quote(str(folder))}")
    typer.echo("  pip install -e '.[test]'")
    typer.echo("  pytest")
    typer.echo(f"  modelzoo check {folder.name}")
