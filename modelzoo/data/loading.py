"""From a dataset's name to its splits."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.source import Dataset
from modelzoo.errors import DatasetError, LabelError, OptionError
from modelzoo.registry import (
    DatasetSpec,
    LabelKind,
    TaskSpec,
    check_dataset_task,
    check_num_classes,
    find,
    load_reference,
    named_libraries,
)
from modelzoo.task import check_class_indices

__all__ = ["check_labels", "check_options", "load_dataset", "load_spec"]


def load_dataset(
    name: str, *, task: str | None = None, data_dir: str | Path | None = None, **options: Any
) -> Dataset:
    """Load a registered dataset.

    Args:
        name: A dataset's name, such as ``"fashion_mnist"``.
        task: The task it is to be used for; default: its own.
        data_dir: The folder or file where the data are, for a dataset that can't know.
        **options: What else the dataset's loader takes.

    Returns:
        The splits, with labels of the kind that the task learns from.

    Raises:
        UnknownNameError: There is no such dataset or task.
        IncompatibleError: The dataset has no labels for this task.
        DatasetError: The data are not there, or not what they should be.
        LabelError: Labels are out of range, or of another shape or type than they should be.
        OptionError: The dataset does not take such an option.
        MissingLibraryError: A library that the dataset needs is not installed.

    Example:
        >>> load_dataset("shapes", train=8, test=4).classes[:2]
        ('circle', 'square')
    """
    spec = find("dataset", name).spec
    task_spec = find("task", task or spec.task).spec
    return load_spec(spec, task_spec, data_dir=data_dir, options=options)


def load_spec(
    spec: DatasetSpec,
    task: TaskSpec,
    *,
    data_dir: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> Dataset:
    """Load the dataset of a spec, registered or not, and check what its loader returns.

    Args:
        spec: The dataset.
        task: The task it is to be used for.
        data_dir: As for :func:`load_dataset`.
        options: What else the dataset's loader takes, in place of the spec's.

    Raises:
        ModelZooError: As :func:`load_dataset` does.

    Example:
        >>> spec, task = find("dataset", "shapes").spec, find("task", "multiclass").spec
        >>> len(load_spec(spec, task, options={"train": 8, "test": 4}).splits["train"])
        8
    """
    options = dict(options or {})
    check_dataset_task(spec, task)
    if data_dir is None and spec.needs_data_dir:
        raise DatasetError(
            f"Dataset {spec.name!r} has to be told where the data are: "
            "data_dir='PATH', or --data-dir PATH on the command line."
        )
    check_options(spec, options)
    needed_by = f"dataset {spec.name!r}"
    loader = load_reference(spec.loader, needed_by=needed_by)
    folder = None if data_dir is None else Path(data_dir).expanduser()
    with named_libraries(spec.loader, needed_by=needed_by):
        dataset = loader(task=task, data_dir=folder, **{**spec.options, **options})
    if not isinstance(dataset, Dataset):
        raise DatasetError(
            f"The loader of dataset {spec.name!r}, {spec.loader}, returned a "
            f"{type(dataset).__name__}, expected a modelzoo.Dataset."
        )
    check_num_classes(
        task, dataset.num_classes, source=f"Dataset {spec.name!r}", own_task=spec.task
    )
    for name, split in dataset.splits.items():
        try:
            check_labels(split.labels, task.labels, dataset.num_classes)
        except LabelError as error:
            raise LabelError(f"Split {name!r} of dataset {spec.name!r}: {error}") from error
    return dataset


def check_options(spec: DatasetSpec, options: Iterable[str]) -> None:
    """Raise where the loader of a dataset does not take an option.

    Args:
        spec: The dataset.
        options: Names of options.

    Raises:
        OptionError: It does not take one of them.
        ReferenceLoadError: The spec's code can't be imported.

    Example:
        >>> check_options(find("dataset", "shapes").spec, ["train", "test"])
    """
    loader = load_reference(spec.loader, needed_by=f"dataset {spec.name!r}")
    parameters = [
        each
        for each in inspect.signature(loader).parameters.values()
        if each.name not in ("task", "data_dir")
    ]
    known = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    unknown = [each for each in options if each not in known]
    if unknown and len(known) == len(parameters):
        raise OptionError(
            f"Dataset {spec.name!r} has no option {unknown[0]!r}. "
            f"Its options are: {', '.join(known) or 'none'}."
        )


def check_labels(labels: NDArray[Any], kind: LabelKind, num_classes: int) -> None:
    """Raise where labels are not of a kind.

    Args:
        labels: One label per image.
        kind: ``"class"``: indices ``(n,)``; ``"multi_hot"``: 0 or 1, ``(n, num_classes)``;
            ``"value"``: finite numbers ``(n, num_classes)``, or ``(n,)`` where it is one.
        num_classes: How many classes (or values) there are.

    Raises:
        LabelError: Wrong shape or dtype, out of range, NaN or infinite.

    Example:
        >>> check_labels(np.array([0, 2, 1]), "class", 3)
    """
    labels = np.asarray(labels)
    if kind == "class":
        check_class_indices(labels, num_classes)
        return
    shapes: list[tuple[int, ...]] = [(len(labels), num_classes)]
    if kind == "value" and num_classes == 1:
        shapes.append((len(labels),))
    if labels.shape not in shapes:
        raise LabelError(f"Labels have shape {labels.shape}, expected {shapes[-1]}.")
    if labels.dtype.kind not in "buif" or not np.isfinite(labels).all():
        raise LabelError(
            f"Labels are {labels.dtype}, expected finite numbers: there is NaN, infinity or text."
        )
    if kind == "multi_hot" and not np.isin(labels, (0, 1)).all():
        wrong = labels[~np.isin(labels, (0, 1))][0]
        raise LabelError(f"A label is {wrong!s}, expected 0 or 1 for each class.")
