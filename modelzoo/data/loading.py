"""From a dataset's name to its splits."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from modelzoo.data.source import Dataset
from modelzoo.errors import DatasetError, OptionError
from modelzoo.registry import check_dataset_task, check_num_classes, find, load_reference

__all__ = ["load_dataset"]


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
        OptionError: The dataset does not take such an option.

    Example:
        >>> load_dataset("shapes", train=8, test=4).classes[:2]
        ('circle', 'square')
    """
    spec = find("dataset", name).spec
    task_spec = find("task", task or spec.task).spec
    check_dataset_task(spec, task_spec)
    if data_dir is None and spec.needs_data_dir:
        raise DatasetError(
            f"Dataset {spec.name!r} has to be told where the data are: "
            "data_dir='PATH', or --data-dir PATH on the command line."
        )
    loader = load_reference(spec.loader, needed_by=f"dataset {spec.name!r}")
    known = [
        each for each in inspect.signature(loader).parameters if each not in ("task", "data_dir")
    ]
    unknown = [each for each in options if each not in known]
    if unknown:
        raise OptionError(
            f"Dataset {spec.name!r} has no option {unknown[0]!r}. "
            f"Its options are: {', '.join(known) or 'none'}."
        )
    folder = None if data_dir is None else Path(data_dir).expanduser()
    dataset: Dataset = loader(task=task_spec, data_dir=folder, **{**spec.options, **options})
    check_num_classes(task_spec, dataset.num_classes, source=f"Dataset {spec.name!r}")
    return dataset
