"""The datasets ``hf/OWNER/NAME``: any image dataset of the Hub, or a folder of its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from warnings import warn

import datasets
from numpy.typing import NDArray

from modelzoo.data import Dataset, unpack_images
from modelzoo.errors import DatasetError, OptionError
from modelzoo.registry import TaskSpec
from modelzoo_huggingface.columns import find_image_column, find_label_column
from modelzoo_huggingface.labels import UNLABELLED, read_labels
from modelzoo_huggingface.tables import folder_builder, hub_builder, read_tables

__all__ = ["load"]


def load(
    *,
    task: TaskSpec,
    data_dir: Path | None,
    repo: str,
    config: str | None = None,
    revision: str | None = None,
    train: str | None = None,
    val: str | None = None,
    test: str | None = None,
    image: str | None = None,
    label: str | None = None,
) -> Dataset:
    """Load a dataset of the Hub at one commit, or from a folder of its files.

    The library ``datasets`` downloads and reads the tables; no code of a dataset is ever run.
    The bytes of the images are taken as they are and written into the cache folder once, under
    the commit's hash: the next time only the Hub is asked whether it has a newer commit, and
    without a network what was loaded last is loaded.

    Args:
        task: The task, which says what kind of labels to give.
        data_dir: A folder of the dataset's parquet files, in place of the Hub.
        repo: The dataset's ``OWNER/NAME`` on the Hub.
        config: Which of its configurations; default: its only or default one.
        revision: A branch, a tag or a commit's hash; default: the main branch.
        train: A split of the dataset to train on, or a part of one, such as ``"train[:90%]"``.
        val: One to validate with.
        test: One to test with. Where one of the three is given, the others are what is given
            for them, or not there; default: the splits of the usual names.
        image: The column of the images; default: found by its type.
        label: The column of the labels; default: found by its type.

    Returns:
        Splits of files ``train``, and ``val`` and ``test`` where the dataset has them, in the
        order of its rows. A split whose images have no labels is left out with a warning.

    Raises:
        HubError: There is no such dataset, it is not for you, or the Hub can't be reached.
        IncompatibleError: It has no labels for the task.
        DatasetError: It has no images or no training split, or is damaged.
        LabelError: A value of its column can't be a label.
        OptionError: An option has an unusable value.
        StorageError: A cache folder can't be written.
    """
    if data_dir is None:
        builder, source = hub_builder(repo, config=config, revision=revision)
    elif revision is None:
        builder, source = folder_builder(data_dir, config=config)
    else:
        raise OptionError(
            f"revision={revision!r} is of the Hub, but data_dir names a folder. Leave out one."
        )
    name = f"hf/{repo}"
    chosen = {"train": train, "val": val, "test": test}
    splits = {ours: theirs for ours, theirs in chosen.items() if theirs is not None}
    tables = read_tables(builder, splits, dataset=name)
    features = tables["train"].features
    image = find_image_column(features, image, dataset=name)
    label = find_label_column(features, task, label, dataset=name)
    values = {split: table.select_columns([label])[:][label] for split, table in tables.items()}
    classes, labels = read_labels(values, features[label], task.labels, column=label)
    if task.labels == "class":
        labels = _with_labels(labels, name)
    about = [builder.hash, builder.config_id, splits, image, label, task.labels]
    unpacked = unpack_images(
        f"{source} {json.dumps(about)}",
        {split: _Images(tables[split], image, found) for split, found in labels.items()},
    )
    return Dataset(name=name, splits=unpacked, classes=classes)


def _with_labels(labels: Mapping[str, NDArray[Any]], dataset: str) -> dict[str, NDArray[Any]]:
    without = [name for name, found in labels.items() if (found == UNLABELLED).all()]
    if "train" in without:
        raise DatasetError(
            f"The training split of dataset {dataset!r} has no labels: each of them is missing "
            "or -1. Name another column: label='NAME'."
        )
    if without:
        warn(
            f"Dataset {dataset!r} has no labels for {', '.join(map(repr, without))}, which is "
            "left out.",
            stacklevel=3,
        )
    return {name: found for name, found in labels.items() if name not in without}


class _Images:
    """The image files of a table, each with its label, read when they are iterated over."""

    def __init__(self, table: datasets.Dataset, column: str, labels: NDArray[Any]) -> None:
        self._table = table
        self._column = column
        self._labels = labels

    def __len__(self) -> int:
        return len(self._labels)

    def __iter__(self) -> Iterator[tuple[bytes, Any]]:
        # Not decoded: what was encoded once is to be decoded once.
        as_is = datasets.Image(decode=False)
        rows = self._table.select_columns([self._column]).cast_column(self._column, as_is)
        for index, (row, label) in enumerate(zip(rows, self._labels, strict=True)):
            yield self._file(row[self._column], index), label

    def _file(self, image: Mapping[str, Any] | None, index: int) -> bytes:
        if image and image["bytes"] is not None:
            return bytes(image["bytes"])
        if image and image["path"]:
            try:
                return Path(image["path"]).read_bytes()
            except OSError as error:
                raise DatasetError(
                    f"The image of row {index}, {image['path']}, can't be read: "
                    f"{error.strerror or error}."
                ) from error
        raise DatasetError(
            f"Row {index} has no image in column {self._column!r}. Leave such rows "
            "out, for example: train='train[1:]'."
        )
