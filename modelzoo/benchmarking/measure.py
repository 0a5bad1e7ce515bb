"""Measuring a machine, and on it models one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.benchmarking.breakdown import Breakdown, profile, scopes_of
from modelzoo.benchmarking.limits import Limits, Work, activation_bytes, find_limits
from modelzoo.benchmarking.machine import Machine, measure_machine
from modelzoo.benchmarking.results import Benchmark, Speed, Throughput
from modelzoo.benchmarking.subject import Subject
from modelzoo.benchmarking.timing import Timing, time_calls, time_repeated
from modelzoo.benchmarking.work import TrainingWork, make_training, random_images
from modelzoo.errors import IncompatibleError, MissingLibraryError
from modelzoo.inference.forward import Forward
from modelzoo.layers import Cost, find_cost
from modelzoo.progress import progress

__all__ = ["run_benchmark"]

# What a default benchmark of a small model takes; all in all it is over in about ten seconds.
_TRAINING_SECONDS = 3.0
_INFERENCE_SECONDS = 2.0
_LATENCY_SECONDS = 1.0
_PROFILED_STEPS = 4
# Of each model: building, training, breakdown, inference, latency.
_PARTS_OF_MODEL = 5


def run_benchmark(subjects: Sequence[Subject], *, steps: int | None = None) -> Benchmark:
    """Measure the machine, and on it models one after the other.

    What is measured of a model: training steps as a ``Trainer`` does them, forward passes of
    batches of the same size, and of single images; all on random pixels in memory. Compiling and
    the first repetition are not counted.

    Args:
        subjects: The models.
        steps: How many training steps, and batches of inference, to time; default: as many as
            fit into three seconds and into two, at least three.

    Raises:
        OptionError: A model can't be built with its options.
        NonFiniteLossError: A loss does not stay finite on random images.

    Example:
        >>> subject = Subject.from_names("mobilenet_v1_mini", batch_size=4)
        >>> run_benchmark([subject], steps=3).speeds[0].training.repetitions
        3
    """
    with progress(1 + _PARTS_OF_MODEL * len(subjects), "Measuring") as bar:
        # All models before anything is measured: what can't be built is known at once.
        trainings = []
        for subject in subjects:
            trainings.append(make_training(subject))
            bar.advance()
        machine = measure_machine()
        bar.advance()
        speeds = [
            _measure(subject, training, machine, steps=steps, done=bar.advance)
            for subject, training in zip(subjects, trainings, strict=True)
        ]
    return Benchmark(machine=machine, speeds=tuple(speeds))


def _measure(
    subject: Subject,
    training: TrainingWork,
    machine: Machine,
    *,
    steps: int | None,
    done: Callable[[], None],
) -> Speed:
    model, batch_size = training.model, subject.config.batch_size
    trained = time_repeated(training.run, seconds=_TRAINING_SECONDS, count=steps)
    done()
    breakdown, reason = _break_down(training)
    done()
    forward, batch = Forward(model), random_images(batch_size, subject.input_shape)
    inferred = time_repeated(
        lambda n: _repeat(forward, batch, n), seconds=_INFERENCE_SECONDS, count=steps
    )
    done()
    latency = time_calls(lambda: forward(batch[:1]), seconds=_LATENCY_SECONDS)
    done()
    cost = _known_cost(model)
    return Speed(
        subject=subject,
        parameters=model.count_params(),
        mult_adds=None if cost is None else cost.mult_adds,
        activation_bytes=None if cost is None else activation_bytes(cost),
        engine=training.engine,
        training=_throughput(trained, batch_size, cost, machine, "training"),
        inference=_throughput(inferred, batch_size, cost, machine, "inference"),
        latency=latency,
        breakdown=breakdown,
        no_breakdown=reason,
    )


def _repeat(forward: Forward, images: NDArray[np.uint8], n: int) -> None:
    for _ in range(n):
        forward(images)


def _known_cost(model: keras.Model) -> Cost | None:
    try:
        return find_cost(model)
    except IncompatibleError:
        return None


def _break_down(training: TrainingWork) -> tuple[Breakdown | None, str]:
    scopes = scopes_of(training.model, training.optimizer)
    try:
        return profile(training.run, steps=_PROFILED_STEPS, scopes=scopes), ""
    except MissingLibraryError as error:
        return None, str(error)


def _throughput(
    timing: Timing, batch_size: int, cost: Cost | None, machine: Machine, work: Work
) -> Throughput:
    limits = Limits(None, None) if cost is None else find_limits(cost, machine, work)
    rate = batch_size / timing.median
    return Throughput(
        images_per_second=rate,
        seconds=timing.median,
        fastest_seconds=min(timing.seconds),
        slowest_seconds=max(timing.seconds),
        repetitions=timing.count,
        arithmetic_limit=limits.arithmetic,
        memory_limit=limits.memory,
        share_of_limit=None if limits.lower is None else rate / limits.lower,
    )
