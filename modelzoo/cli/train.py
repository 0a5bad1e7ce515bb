"""``modelzoo train MODEL DATASET``: train anything on anything."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.parameters import (
    InputSizeOption,
    ModelOptionsOption,
    image_size,
    settings,
)
from modelzoo.cli.run_names import open_run, short_path
from modelzoo.registry import find

if TYPE_CHECKING:
    from modelzoo.training import Run, Trainer

# Options that a recipe decides, and options that an interrupted run has decided.
_NOT_WITH_RECIPE = ("model", "task", "input_size", "weights", "model_option", "dataset_option")
_NOT_WITH_RESUME = (
    *_NOT_WITH_RECIPE, "recipe", "epochs", "batch_size", "learning_rate", "seed", "data_dir",
    "run_dir", "config",
)  # fmt: skip


EXAMPLES = """\
modelzoo train mobilenet_v1_mini fashion_mnist --epochs 20
modelzoo train mobilenet_v1_mini image_folder --data-dir photos/
modelzoo train mobilenet_v1 cifar10 --input-size 64 --model-option alpha=0.5
modelzoo train mobilenet_v1_mini shapes --config optimizer=sgd
modelzoo train --recipe cats_vs_dogs_seed --data-dir pets/
modelzoo train --resume latest
"""


def train(
    ctx: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="One of `modelzoo list models`.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Argument(metavar="DATASET", help="One of `modelzoo list datasets`.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="Train as a recipe says, in place of MODEL and DATASET.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with a run that was interrupted, from its folder."),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="What to learn; by default what the dataset is for.")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="How often each image is seen; by default 10.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images per step; by default 32.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="By default 0.001.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Where all random choices come from; by default 0.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the data are, for a dataset that can't know.")
    ] = None,
    input_size: InputSizeOption = None,
    weights: Annotated[
        str | None, typer.Option(help="What to begin with: published weights, a run or a file.")
    ] = None,
    run_dir: Annotated[
        Path | None,
        typer.Option(help="The run's folder; by default runs/MODEL-DATASET-TIME."),
    ] = None,
    model_option: ModelOptionsOption = None,
    dataset_option: Annotated[
        list[str] | None, typer.Option(metavar="K=V", help="An option of the dataset; repeatable.")
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help="Any field of TrainConfig, such as augment or replicas; repeatable.",
        ),
    ] = None,
) -> None:
    """Train a model on a dataset, by a recipe, or go on with a run.

    Ctrl-C saves a checkpoint and prints the command that goes on.
    """
    _check_combination(ctx.params)
    started = time.monotonic()
    if resume is not None:
        run = _resume(resume)
    else:
        overrides = _overrides(
            config or (),
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            seed=seed,
        )
        if recipe is not None:
            trainer = _recipe_trainer(recipe, data_dir, overrides)
        else:
            assert model is not None
            assert dataset is not None
            trainer = _trainer(
                model,
                dataset,
                task,
                input_size=input_size,
                data_dir=data_dir,
                weights=weights,
                model_options=settings(model_option or (), option="--model-option"),
                dataset_options=settings(dataset_option or (), option="--dataset-option"),
                **overrides,
            )
        load_tensorflow()
        run = trainer.fit(run_dir=run_dir)
    print_outcome(run, seconds=time.monotonic() - started)


def _check_combination(given: dict[str, Any]) -> None:
    for chosen, excluded in (("resume", _NOT_WITH_RESUME), ("recipe", _NOT_WITH_RECIPE)):
        if given[chosen] is None:
            continue
        others = [name for name in excluded if given[name] not in (None, [])]
        if others:
            raise TyperException(
                f"{_shown(others[0])} can't be given with --{chosen}: "
                f"the {_OWNER[chosen]} says it already."
            )
        return
    if given["model"] is None or given["dataset"] is None:
        raise TyperException(
            "Say what to train: MODEL and DATASET, such as `modelzoo train mobilenet_v1_mini "
            "shapes`; or --recipe NAME; or --resume RUN."
        )


_OWNER = {"resume": "run", "recipe": "recipe"}


def _shown(parameter: str) -> str:
    return "MODEL" if parameter == "model" else f"--{parameter.replace('_', '-')}"


def _overrides(pairs: Any, **options: Any) -> dict[str, Any]:
    values = settings(pairs, option="--config")
    for name, value in options.items():
        if value is None:
            continue
        if name in values:
            raise TyperException(f"{name} is given twice: by {_shown(name)} and by --config.")
        values[name] = value
    return values


def _trainer(
    model: str, dataset: str, task: str | None, *, input_size: str | None, **rest: Any
) -> Trainer:
    from modelzoo.training import Trainer

    shape = None
    if input_size is not None:
        spec = find("dataset", dataset).spec
        default = find("model", model).spec.for_task(task or spec.task).input_shape
        shape = image_size(input_size, channels=(spec.input_shape or default)[2])
    return Trainer(model, dataset, task, input_shape=shape, **rest)


def _recipe_trainer(name: str, data_dir: Path | None, overrides: dict[str, Any]) -> Trainer:
    from modelzoo.training import Trainer

    return Trainer.from_recipe(name, data_dir=data_dir, **overrides)


def _resume(word: str) -> Run:
    from modelzoo.training import Trainer

    run = open_run(word)
    if run.status != "finished":
        # A finished run is refused below, and nobody should wait for that.
        load_tensorflow()
    return Trainer.resume(run.folder)


def print_outcome(run: Run, *, seconds: float) -> None:
    """Print what a training has reached, where it is, and what can be done with it.

    Args:
        run: The finished run.
        seconds: How long it took.
    """
    folder = short_path(run.folder)
    report = folder / "report.html"
    pictures = f", the pictures in {report}" if report.exists() else ""
    typer.secho(outcome_line(run, seconds=seconds), bold=True)
    typer.echo(f"Everything is in {folder}{pictures}. Next:")
    name = shlex.quote(str(folder))
    typer.echo(f"  modelzoo predict {name} IMAGE...")
    typer.echo(f"  modelzoo export {name} savedmodel")
    typer.echo("  modelzoo runs")


def outcome_line(run: Run, *, seconds: float) -> str:
    """The metrics on the test split (else on all there are), epochs and time in one line."""
    from modelzoo.training.display import clock

    results = run.results
    tested = {name: value for name, value in results.items() if name.startswith("test_")} or results
    # What a person asks for comes first; the loss explains it.
    names = sorted(tested, key=lambda name: name.endswith("_loss"))
    measured = ", ".join(f"{name.replace('_', ' ')} {tested[name]:.4f}" for name in names)
    epochs = f"{len(run.history)} epoch{'s' * (len(run.history) != 1)}"
    return f"{measured} after {epochs} in {clock(seconds)}"
