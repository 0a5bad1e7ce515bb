"""``modelzoo predict RUN IMAGE...``: what a trained model says of images."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.run_names import RunArgument, open_run
from modelzoo.cli.tables import print_json

if TYPE_CHECKING:
    from modelzoo.inference import Prediction


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
            typer.echo(prediction_line(each))


def prediction_line(prediction: Prediction) -> str:
    """One prediction in a line: the image, the answer and its probability."""
    answer = prediction.label or "none of the classes"
    if prediction.probability is None:
        return f"{prediction.source}: {answer}"
    return f"{prediction.source}: {answer}, probability {prediction.probability:.3f}"
