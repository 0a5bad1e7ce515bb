"""``modelzoo export RUN EXPORTER``: a trained model in a deployment format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.run_names import RunArgument, open_run
from modelzoo.registry import find

EXAMPLES = """\
modelzoo export latest savedmodel
modelzoo export runs/my_run savedmodel --path served/1
"""


def export(
    run: RunArgument,
    exporter: Annotated[
        str,
        typer.Argument(
            metavar="EXPORTER", help="One of `modelzoo list exporters`.", show_default=False
        ),
    ],
    path: Annotated[
        Path | None, typer.Option(help="Where to; by default exports/ in the run's folder.")
    ] = None,
) -> None:
    """Write a trained model in a deployment format.

    It is loaded back and compared with the original before it is called done.
    """
    find("exporter", exporter)  # nobody should wait for TensorFlow to hear that there is none
    opened = open_run(run)
    load_tensorflow()
    typer.echo(opened.export(exporter, path))
