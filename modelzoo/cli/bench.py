"""``modelzoo bench MODEL...``: how fast models are, where the time goes, and what is possible."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from modelzoo.cli import messages
from modelzoo.cli.facts import multiplied, number
from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.parameters import (
    InputSizeOption,
    ModelOptionsOption,
    image_size,
    settings,
)
from modelzoo.cli.tables import print_json, print_table

if TYPE_CHECKING:
    from modelzoo.benchmarking import Subject
    from modelzoo.benchmarking.machine import Machine
    from modelzoo.benchmarking.results import Speed, Throughput

_PICTURES = (".png", ".svg", ".pdf")


EXAMPLES = """\
modelzoo bench mobilenet_v1_mini
modelzoo bench mobilenet_v1_mini mobilenet_v1_025_128 --plot speed.png
modelzoo bench mobilenet_v1 --input-size 96 --model-option alpha=0.25
modelzoo bench mobilenet_v1_mini --config optimizer=sgd --json
"""


def bench(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL...", help="Of `modelzoo list models`.", show_default=False),
    ],
    task: Annotated[
        str | None,
        typer.Option(help="What to learn; by default the model's first task, else multiclass."),
    ] = None,
    classes: Annotated[
        int | None,
        typer.Option(help="How many classes or values to predict; by default the model's own."),
    ] = None,
    input_size: InputSizeOption = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Images per step and batch; by default 32.")
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="How many training steps, and batches, to time; by default for a few seconds."
        ),
    ] = None,
    model_option: ModelOptionsOption = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help="What of TrainConfig a step's time depends on, such as optimizer, augment, "
            "replicas or precision; repeatable.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw the results: a .png, .svg or .pdf file.")
    ] = None,
) -> None:
    """Measure how fast models train and predict, and how far from the machine's limit that is.

    It also says where a training step's time goes. The steps are those of `modelzoo train`, on
    random pixels in memory.

    Two limits are measured first: this machine's rate of matrix products, and its memory
    bandwidth. From a model's multiply-adds and from the sizes of its layers' outputs follow the
    most images per second that each of them allows.
    """
    if plot is not None and plot.suffix.lower() not in _PICTURES:
        raise TyperException(
            f"--plot is {str(plot)!r}, expected a file ending in {' or '.join(_PICTURES)}."
        )
    if steps is not None and steps < 1:
        raise TyperException(f"--steps is {steps}, expected a whole number of at least 1.")
    values = settings(config or (), option="--config")
    if batch_size is not None:
        if "batch_size" in values:
            raise TyperException("batch_size is given twice: by --batch-size and by --config.")
        values["batch_size"] = batch_size
    options = settings(model_option or (), option="--model-option")
    subjects = [
        _subject(name, task, input_size, num_classes=classes, options=options, **values)
        for name in models
    ]
    load_tensorflow()
    from modelzoo.benchmarking.measure import run_benchmark

    benchmark = run_benchmark(subjects, steps=steps)
    if as_json:
        print_json(benchmark.to_dict())
    else:
        _print_machine(benchmark.machine)
        _print_models(benchmark.speeds)
        _print_speeds(benchmark.speeds)
        _print_breakdowns(benchmark.speeds)
    if plot is not None:
        from modelzoo.reporting import plot_benchmark

        plot_benchmark(benchmark.to_dict(), plot)
        messages.note(f"Picture: {plot}")


def _subject(name: str, task: str | None, input_size: str | None, **rest: Any) -> Subject:
    from modelzoo.benchmarking import Subject

    shape = None
    if input_size is not None:
        default = Subject.from_names(name, task=task, num_classes=rest["num_classes"]).input_shape
        shape = image_size(input_size, channels=default[2])
    return Subject.from_names(name, task=task, input_shape=shape, **rest)


def _print_machine(machine: Machine) -> None:
    typer.secho(f"{machine.cpu}, {machine.cores} core{'s' * (machine.cores != 1)}", bold=True)
    typer.echo(
        f"{machine.gflops:,.0f} GFLOP/s in products of matrices, "
        f"{machine.memory_gb_per_second:,.1f} GB/s of memory, "
        f"TensorFlow {machine.versions['tensorflow']}"
    )


def _print_models(speeds: Sequence[Speed]) -> None:
    header = ("model", "task", "input", "batch", "parameters", "multiply-adds", "outputs kept")
    rows = [
        (
            each.subject.model.name,
            each.subject.task.name,
            multiplied(each.subject.input_shape),
            str(each.subject.config.batch_size),
            number(each.parameters),
            number(each.mult_adds) or "not known",
            _megabytes(each.activation_bytes),
        )
        for each in speeds
    ]
    typer.echo()
    print_table(header, rows, numbers=header[3:])


def _print_speeds(speeds: Sequence[Speed]) -> None:
    header = (
        "model", "work", "images/s", "time", "limit by arithmetic", "by memory", "reached",
    )  # fmt: skip
    rows = []
    for each in speeds:
        name = each.subject.model.name
        rows.append((name, "training", *_of_batches(each.training, "step")))
        rows.append((name, "prediction", *_of_batches(each.inference, "batch")))
        usual, late = each.latency.percentile(50), each.latency.percentile(95)
        took = f"{_time(usual)} (95 %: {_time(late)})"
        rows.append((name, "one image", _rate(1 / usual), took, "", "", ""))
    typer.echo()
    print_table(header, rows, numbers=("images/s", *header[4:]))


def _of_batches(throughput: Throughput, unit: str) -> tuple[str, ...]:
    share = throughput.share_of_limit
    return (
        _rate(throughput.images_per_second),
        f"{_time(throughput.seconds)} per {unit}",
        _rate(throughput.arithmetic_limit),
        _rate(throughput.memory_limit),
        "" if share is None else f"{100 * share:.0f} %",
    )


def _print_breakdowns(speeds: Sequence[Speed]) -> None:
    """A column for each model whose steps could be taken apart."""
    for each in speeds:
        if each.breakdown is None:
            name = each.subject.model.name
            messages.warning(f"Where the time of {name} goes is not known: {each.no_breakdown}.")
    known = [(each.subject.model.name, each.breakdown) for each in speeds if each.breakdown]
    if not known:
        return
    columns = [breakdown for _, breakdown in known]
    rows = [
        (kind, *(f"{100 * each.shares[kind]:.1f} %" for each in columns))
        for kind in columns[0].shares
        if any(each.shares[kind] for each in columns)
    ]
    rows.append(("all operations", *(_time(each.operations_seconds) for each in columns)))
    rows.append(("time passed", *(_time(each.wall_seconds) for each in columns)))
    names = [name for name, _ in known]
    typer.echo()
    print_table(("a training step, profiled", *names), rows, numbers=names)


def _rate(images_per_second: float | None) -> str:
    if images_per_second is None:
        return ""
    return f"{images_per_second:,.{0 if images_per_second >= 100 else 1}f}"


def _megabytes(n: int | None) -> str:
    return "not known" if n is None else f"{n / 1e6:.2f} MB"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:,.{1 if seconds >= 0.1 else 2}f} ms"
