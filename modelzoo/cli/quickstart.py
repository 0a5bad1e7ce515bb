"""``modelzoo quickstart``: see it work, on data that ship with the package."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.run_names import short_path
from modelzoo.cli.train import outcome_line

if TYPE_CHECKING:
    from modelzoo.training import Run

EXAMPLES = """\
modelzoo quickstart
"""

MODEL = "mobilenet_v1_mini"
# Dataset, task and epochs of each training; one for each of the networks that the model is.
TRAININGS = (("fashion_mnist_sample", "multiclass", 10), ("shapes", "binary", 10))


def quickstart() -> None:
    """Train two small networks and predict an image.

    One learns ten kinds of clothes, the other to tell circles from squares. It takes less than
    two minutes and needs no network: the data ship with the package.
    """
    from modelzoo.training import Trainer

    started = time.monotonic()
    trainers = [Trainer(MODEL, dataset, task, epochs=epochs) for dataset, task, epochs in TRAININGS]
    load_tensorflow()
    runs = []
    for trainer, (dataset, task, _) in zip(trainers, TRAININGS, strict=True):
        typer.secho(f"\n{MODEL} on {dataset}, {task}", bold=True)
        began = time.monotonic()
        runs.append(trainer.fit())
        typer.echo(outcome_line(runs[-1], seconds=time.monotonic() - began))
    typer.secho("\nOne image, by the first of them", bold=True)
    image = _write_example(runs[0])
    prediction = runs[0].predict(image)
    assert not isinstance(prediction, list)
    typer.echo(f"{short_path(image)}: {prediction}")
    typer.secho("\nPictures and reports", bold=True)
    for path in [image, *_pictures(runs)]:
        typer.echo(short_path(path))
    typer.secho(f"\nThat took {time.monotonic() - started:.0f} s. Next", bold=True)
    typer.echo(f"modelzoo predict {short_path(runs[0].folder)} {short_path(image)}")
    typer.echo("modelzoo runs")
    typer.echo("modelzoo list datasets")


def _write_example(run: Run) -> Path:
    """Write the first test image into the run's folder, for the user to look at and try."""
    from PIL import Image

    from modelzoo.data import ArraySplit
    from modelzoo.storage import atomic_file

    split = run.load_dataset().splits["test"]
    assert isinstance(split, ArraySplit)
    path = run.folder / "example.png"
    with atomic_file(path) as temporary:
        Image.fromarray(split.images[0].squeeze()).save(temporary, format="PNG")
    return path


def _pictures(runs: list[Run]) -> list[Path]:
    return [
        path
        for run in runs
        for path in sorted([*run.folder.glob("*.html"), *run.folder.glob("*.png")])
        if path.name != "example.png"
    ]
