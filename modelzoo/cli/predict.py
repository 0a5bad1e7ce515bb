"""``modelzoo predict RUN IMAGE...``: what a trained model says of images."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.run_names import RunArgument, open_run
from modelzoo.cli.tables import print_json

EXAMPLES = """\
modelzoo predict latest photo.jpg
modelzoo predict runs/my_run photos/*.jpg --json
"""


def predict(
    run: RunArgument,
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="Image files.", show_default=False)
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with the scores of all classes.")
    ] = False,
) -> None:
    """Say what is on images, each with a probability."""
    opened = open_run(run)
    load_tensorflow()
    predictions = opened.predict(images)
    assert isinstance(predictions, list)
    if as_json:
        print_json([dataclasses.asdict(each) for each in predictions])
    else:
        for each in predictions:
            typer.echo(f"{each.source}: {each}")
