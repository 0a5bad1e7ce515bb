"""Checks that a model is what its spec declares."""

from __future__ import annotations

import inspect
from collections import Counter

import numpy as np

from modelzoo.compose import build_model
from modelzoo.errors import IncompatibleError, OptionError
from modelzoo.registry import Shape, check_num_classes, find, load_reference
from modelzoo.testing.check import skip
from modelzoo.testing.model_calls import outputs
from modelzoo.testing.model_subject import ModelSubject
from modelzoo.testing.samples import probe_images

_NO_OPTION = "an_option_that_nobody_has"


def builds(subject: ModelSubject) -> None:
    """It can be built with a task's head, for small images, and called."""
    subject.build_model()


def tasks(subject: ModelSubject) -> None:
    """It can be built for every task that it declares, and gives outputs as the task's are."""
    subject.model  # noqa: B018 - skips
    for name in subject.spec.tasks:
        find("task", name)
    for spec in subject.tasks:
        task = subject.make_task(spec)
        model = subject.model if spec is subject.task else subject.build(spec)
        images = probe_images(model.input_shape[1:])
        made = outputs(model, images)
        expected = (len(images), task.num_outputs)
        assert made.shape == expected, (
            f"for task {spec.name!r} outputs for {len(images)} images have shape {made.shape}, "
            f"expected {expected}"
        )
        assert made.dtype == np.float32, (
            f"for task {spec.name!r} outputs are {made.dtype}, expected float32"
        )
        assert np.isfinite(made).all(), f"for task {spec.name!r} outputs are NaN or infinite"
        if task.activation in ("sigmoid", "softmax"):
            low, high = float(made.min()), float(made.max())
            assert 0 <= low <= high <= 1, (
                f"for task {spec.name!r} outputs go from {low} to {high}, expected 0 to 1"
            )


def default_shape(subject: ModelSubject) -> None:
    """It can be built for images of its default size, and of that of each task's defaults."""
    for facts in subject.facts:
        assert not facts.error, (
            f"{_whose(facts.task)}input_shape {facts.spec.input_shape} it can't be built: "
            f"{facts.error}"
        )


def declared_features(subject: ModelSubject) -> None:
    """Features have the width that the spec declares."""
    _declared_is_true(subject, "features")


def declared_parameters(subject: ModelSubject) -> None:
    """The backbone has as many parameters as the spec declares."""
    _declared_is_true(subject, "parameters")


def declared_mult_adds(subject: ModelSubject) -> None:
    """The backbone takes as many multiply-adds as the spec declares."""
    _declared_is_true(subject, "mult_adds")


def min_size(subject: ModelSubject) -> None:
    """Images of the smallest size that it declares give finite features; smaller are refused."""
    least, count = subject.spec.min_size, subject.spec.input_shape[2]
    _finite_features(subject, (least, least, count))
    if least == 1:
        return
    try:
        subject.build(shape=(least - 1, least - 1, count))
    except IncompatibleError:
        return
    raise AssertionError(f"images of {least - 1} x {least - 1} pixels are not refused")


def channels(subject: ModelSubject) -> None:
    """Images of each number of channels that it declares give finite features."""
    declared, default = subject.spec.channels, subject.spec.input_shape[2]
    assert default in declared, (
        f"its default images have {default} channels, which is none of channels={declared}"
    )
    side = subject.small_shape()[0]
    for count in declared:
        _finite_features(subject, (side, side, count))


def oblong(subject: ModelSubject) -> None:
    """Images that are no square can be used, where the model takes any size."""
    if not subject.spec.resizable:
        skip("its images have one size")
    side = subject.small_shape()[0]
    _finite_features(subject, (side + 1, side + 6, subject.spec.input_shape[2]))


def options(subject: ModelSubject) -> None:
    """Its builder knows the options of the spec, and refuses others."""
    builder = load_reference(subject.spec.builder, needed_by=subject.title)
    known = inspect.signature(builder).parameters
    by_position = [each for each in known.values() if each.kind is not each.KEYWORD_ONLY]
    assert by_position, "the builder takes no input shape: def build(input_shape, *, ...)"
    open_ended = any(each.kind is each.VAR_KEYWORD for each in known.values())
    for facts in subject.facts:
        unknown = [] if open_ended else [name for name in facts.spec.options if name not in known]
        assert not unknown, (
            f"{_whose(facts.task)}options have {unknown[0]!r}, which the builder does not take"
        )
    try:
        build_model(subject.spec, None, input_shape=subject.small_shape(), options={_NO_OPTION: 1})
    except OptionError:
        return
    raise AssertionError(
        f"an option that it does not have ({_NO_OPTION}) is accepted, so a mistyped one would be, "
        "too. Name the builder's options one by one instead of **options, or raise TypeError."
    )


def weights(subject: ModelSubject) -> None:
    """Published weights say where they come from and what they are for."""
    published = subject.spec.weights
    if not published:
        skip("the spec declares no published weights")
    counts = Counter(each.name for each in published)
    repeated = [name for name, count in counts.items() if count > 1]
    assert not repeated, f"several weights have the name {repeated[0]!r}"
    for each in published:
        assert each.url or each.fetcher, (
            f"weights {each.name!r} have neither a url nor a fetcher, so nobody can get them"
        )
        assert each.url.startswith(("https://", "http://")) or not each.url, (
            f"weights {each.name!r}: url is {each.url!r}, expected https://..."
        )
        task = find("task", each.task).spec
        if each.num_classes is not None:
            check_num_classes(task, each.num_classes, source=f"weights {each.name!r}")
        if subject.spec.tasks:
            assert {task.name, *task.aliases} & set(subject.spec.tasks), (
                f"weights {each.name!r} are for task {each.task!r}, which the model does not do"
            )


def _declared_is_true(subject: ModelSubject, field: str) -> None:
    declared = [each for each in subject.facts if getattr(each.spec, field) is not None]
    if not declared:
        skip(f"the spec does not declare {field}")
    measured = [each for each in declared if not each.error]
    if not measured:
        skip("it can't be built for images of its default size")
    for facts in measured:
        expected, found = getattr(facts.spec, field), facts.measured[field]
        if found is None:
            skip(f"{field} can't be counted")
        assert found == expected, (
            f"{_whose(facts.task)}{field} is {expected:,}, measured for images "
            f"{facts.spec.input_shape} are {found:,}"
        )


def _whose(task: str) -> str:
    return f"task_defaults[{task!r}]: " if task else ""


def _finite_features(subject: ModelSubject, shape: Shape) -> None:
    made = outputs(subject.build(shape=shape), probe_images(shape))
    assert np.isfinite(made).all(), f"features of images {shape} are NaN or infinite"
