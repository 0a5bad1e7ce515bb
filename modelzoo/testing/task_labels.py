"""Checks of what a task takes for labels and what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import LabelError
from modelzoo.registry import TaskSpec
from modelzoo.testing.samples import plain_labels
from modelzoo.testing.task_subject import TaskSubject

_IMAGES = 6


def labels_accepted(subject: TaskSubject) -> None:
    """Labels are accepted in every dtype and shape that datasets have them in."""
    task, spec = subject.task, subject.spec
    labels = plain_labels(spec, task.num_classes, _IMAGES)
    expected = _checked(subject, labels, "labels")
    for name, each in _other_forms(spec, labels):
        checked = _checked(subject, each, name)
        assert checked.dtype == expected.dtype, (
            f"{name} are made {checked.dtype}, others {expected.dtype}: the loss needs one dtype"
        )
        assert checked.shape == expected.shape, (
            f"{name} are made {checked.shape}, others {expected.shape}: the loss needs one shape"
        )
        np.testing.assert_allclose(
            checked, expected, rtol=1e-6, err_msg=f"{name} are made other labels"
        )


def labels_refused(subject: TaskSubject) -> None:
    """What are no labels of the task is refused by a LabelError."""
    task, spec = subject.task, subject.spec
    labels = plain_labels(spec, task.num_classes, _IMAGES)
    for name, each in _no_labels(spec, labels, task.num_classes):
        try:
            made = task.check_labels(each)
        except LabelError:
            continue
        except Exception as error:
            raise AssertionError(
                f"{name} raise {type(error).__name__}: {error}; expected a LabelError that says "
                "what was found and what was expected"
            ) from error
        raise AssertionError(f"{name} are accepted and made {made!r:.200}; expected a LabelError")


def _checked(subject: TaskSubject, labels: NDArray[Any], name: str) -> NDArray[Any]:
    made = subject.task.check_labels(labels)
    found = f"{name}, {labels.dtype} {labels.shape}, are made"
    assert isinstance(made, np.ndarray), f"{found} a {type(made).__name__}, expected an array"
    assert len(made) == len(labels), f"{found} {len(made)} labels, expected one for each image"
    assert np.issubdtype(made.dtype, np.number), f"{found} {made.dtype}, expected numbers"
    assert np.isfinite(made).all(), f"{found} labels that are NaN or infinite"
    return made


def _other_forms(spec: TaskSpec, labels: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    if spec.labels == "class":
        for dtype in ("uint8", "int32", "uint64", "float32"):
            yield f"{dtype} indices", labels.astype(dtype)
        yield "indices (n, 1)", labels[:, None]
    elif spec.labels == "multi_hot":
        for dtype in ("bool", "int64", "float32"):
            yield f"{dtype} labels", labels.astype(dtype)
    else:
        yield "float64 values", labels.astype("float64")
        if labels.shape[1] == 1:
            yield "values (n,)", labels[:, 0]


def _no_labels(
    spec: TaskSpec, labels: NDArray[Any], num_classes: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "labels that are text", np.full(labels.shape, "cat")
    yield "labels in three dimensions", np.zeros((len(labels), 2, 2))
    with_nan = labels.astype("float64")
    with_nan.flat[1] = np.nan
    yield "labels with NaN", with_nan
    if spec.labels == "class":
        for value in (-1, num_classes, 10**9):
            yield f"labels with {value}", _with(labels, value)
        yield "labels with 0.5", _with(labels.astype("float64"), 0.5)
        yield "two indices per image", np.zeros((len(labels), 2), int)
    else:
        yield "labels with a column too many", np.concatenate([labels, labels[:, :1]], axis=1)
        if spec.labels == "multi_hot":
            yield "labels with 2", _with(labels, 2)
            yield "labels with 0.5", _with(labels.astype("float64"), 0.5)
        else:
            yield "labels with infinity", _with(labels, np.inf)


def _with(labels: NDArray[Any], value: float) -> NDArray[Any]:
    changed = labels.copy()
    changed.flat[1] = value
    return changed
