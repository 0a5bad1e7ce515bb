"""The checks of a dataset: that it is what its spec says, and the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from modelzoo.data import ArraySplit, Dataset, FileSplit, Split
from modelzoo.data.decode import decode_bytes
from modelzoo.data.loading import load_spec
from modelzoo.errors import IncompatibleError, LabelError
from modelzoo.registry import (
    DatasetSpec,
    Entry,
    TaskSpec,
    check_dataset_task,
    find,
    list_tasks,
)
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.testing.check import Skipped, as_checks, skip
from modelzoo.testing.rereading import digests, reread

__all__ = ["DATASET_CHECKS", "DatasetSubject"]

# So many images of a split are decoded; all of them are when somebody trains on it.
_DECODED = 32


@dataclass
class DatasetSubject:
    """A dataset under test.

    Attributes:
        entry: The dataset.
        data_dir: Where its data are.
        options: Options of its loader.
        download: Whether it may download.
    """

    entry: Entry[DatasetSpec]
    data_dir: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    download: bool = False

    @property
    def spec(self) -> DatasetSpec:
        """The dataset's spec."""
        return self.entry.spec

    @property
    def title(self) -> str:
        """``dataset NAME``."""
        return f"dataset {self.spec.name}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """Those of the spec."""
        return self.spec.expected_failures

    @property
    def task(self) -> TaskSpec:
        """The dataset's own task."""
        return find("task", self.spec.task).spec

    def load(self, task: TaskSpec | None = None) -> Dataset:
        """Load the dataset; skips where the data are not at hand."""
        if self.spec.needs_data_dir and self.data_dir is None:
            skip("it has to be told where the data are: data_dir=PATH, --data-dir PATH")
        size = self.spec.download_bytes
        if size != 0 and self.data_dir is None and not self.download:
            much = "data of unknown size" if size is None else f"{size / 1e6:,.0f} MB"
            skip(
                f"it may have to download {much}: download=True, --download, or say where the data "
                "are: data_dir=PATH, --data-dir PATH"
            )
        return load_spec(self.spec, task or self.task, data_dir=self.data_dir, options=self.options)

    @cached_property
    def _loaded(self) -> Dataset | Exception:
        try:
            return self.load()
        except Exception as error:
            return error

    @property
    def dataset(self) -> Dataset:
        """The dataset, loaded once; skips where it can't be loaded, which is a check's own."""
        if isinstance(self._loaded, Skipped):
            raise self._loaded
        if isinstance(self._loaded, Exception):
            skip("it can't be loaded")
        return self._loaded

    @cached_property
    def content(self) -> dict[str, list[bytes]]:
        """A hash of each image by split."""
        return {name: split.content_hashes() for name, split in self.dataset.splits.items()}

    def reread(self, *, hash_seed: int, cores: int) -> dict[str, str]:
        """What another process reads; see :func:`modelzoo.testing.rereading.reread`."""
        return reread(
            self.spec,
            self.task,
            data_dir=self.data_dir,
            options=self.options,
            hash_seed=hash_seed,
            cores=cores,
        )


def loads(subject: DatasetSubject) -> None:
    """The loader returns a dataset for the dataset's own task."""
    with suppress(LabelError):  # which labels_in_range is for
        subject.load()


def labels_in_range(subject: DatasetSubject) -> None:
    """Every label is one that the task takes, and every class has training images."""
    dataset = subject.load()
    if subject.task.labels != "class":
        return
    train = np.asarray(dataset.splits["train"].labels).ravel()
    missing = sorted(set(range(dataset.num_classes)) - set(train.astype(int).tolist()))
    assert not missing, (
        f"class {dataset.classes[missing[0]]!r} has no training image; {len(missing)} of "
        f"{dataset.num_classes} classes have none. Leave them out of classes."
    )


def every_task(subject: DatasetSubject) -> None:
    """It loads for every built-in task whose labels and classes it says that it has."""
    subject.dataset  # noqa: B018 - skips
    for name in list_tasks(distribution=BUILTIN_DISTRIBUTION):
        task = find("task", name).spec
        try:
            check_dataset_task(subject.spec, task)
        except IncompatibleError:
            continue
        try:
            subject.load(task)
        except IncompatibleError as error:
            if subject.spec.num_classes is not None:
                raise AssertionError(f"for task {name!r}: {error}") from error
        except Exception as error:
            raise AssertionError(f"for task {name!r}: {type(error).__name__}: {error}") from error


def class_names(subject: DatasetSubject) -> None:
    """Classes have names, each its own, and those that the spec declares."""
    classes = subject.dataset.classes
    for name in classes:
        assert isinstance(name, str), f"class {name!r} is named by no text"
        assert name.strip(), f"class {name!r} has no name"
    repeated = [name for name, count in Counter(classes).items() if count > 1]
    assert not repeated, f"{repeated[0]!r} is the name of several classes"
    declared = subject.spec.classes
    assert not declared or declared == classes, f"classes are {classes}, declared are {declared}"
    number = subject.spec.num_classes
    assert number in (None, len(classes)), f"there are {len(classes)} classes, declared {number}"


def split_sizes(subject: DatasetSubject) -> None:
    """Splits have as many images as the spec declares."""
    if not subject.spec.splits:
        skip("the spec declares no splits")
    if subject.options:
        skip("options may well change the splits")
    found = {name: len(split) for name, split in subject.dataset.splits.items()}
    declared = dict(subject.spec.splits)
    assert found == declared, f"splits have {found} images, declared are {declared}"


def splits_disjoint(subject: DatasetSubject) -> None:
    """No image is in two splits, by content."""
    seen: dict[bytes, str] = {}
    for name, hashes in subject.content.items():
        shared = [each for each in hashes if seen.get(each, name) != name]
        assert not shared, (
            f"{len(shared)} of {len(hashes)} images of {name!r} are in {seen[shared[0]]!r}, too: "
            "what is measured there would not be worth a thing. Leave the copies out."
        )
        seen |= dict.fromkeys(hashes, name)


def input_shape(subject: DatasetSubject) -> None:
    """Images have the shape that the spec declares."""
    declared = subject.spec.input_shape
    if declared is None:
        skip("the spec declares that shapes vary")
    for where, shape in _shapes(subject.dataset):
        assert shape == declared, f"{where} has shape {shape}, declared is {declared}"


def images_decode(subject: DatasetSubject) -> None:
    """Images are whole, and not all the same."""
    for name, split in subject.dataset.splits.items():
        if isinstance(split, FileSplit):
            for index in _chosen(split):
                decode_bytes(split.read(index), (8, 8, 3), name=str(split.paths[index]))
        different = len(set(subject.content[name]))
        assert different > 1 or len(split) == 1, f"all images of {name!r} are the same"


def reading_twice(subject: DatasetSubject) -> None:
    """Read again in this process, it has the same images and labels in the same order."""
    _same(digests(subject.dataset), digests(subject.load()), "read again")


def fingerprint_stable(subject: DatasetSubject) -> None:
    """Another process, with other hashes of strings, reads the same."""
    here = digests(subject.dataset)
    there = subject.reread(hash_seed=1, cores=2)
    _same(here, there, "read by another process, with PYTHONHASHSEED=1")


def order_of_workers(subject: DatasetSubject) -> None:
    """The order is the same on any number of cores."""
    subject.dataset  # noqa: B018 - skips
    one, many = (subject.reread(hash_seed=0, cores=cores) for cores in (1, 7))
    _same(one, many, "read on seven cores instead of one")


def _same(first: Mapping[str, str], second: Mapping[str, str], how: str) -> None:
    differing = [name for name in first if second.get(name) != first[name]]
    if differing:
        which = "the fingerprint" if differing == ["fingerprint"] else f"split {differing[0]!r}"
        _differs(which, how)


def _differs(which: str, how: str) -> NoReturn:
    raise AssertionError(
        f"{which} differs when {how}: the order of images and labels has to be the same every "
        "time. Sort what is listed, and seed what is drawn."
    )


def _chosen(split: Split) -> Iterator[int]:
    yield from np.unique(np.linspace(0, len(split) - 1, _DECODED).astype(int)).tolist()


def _shapes(dataset: Dataset) -> Iterator[tuple[str, tuple[int, ...]]]:
    from PIL import Image

    for name, split in dataset.splits.items():
        if isinstance(split, ArraySplit):
            yield f"split {name!r}", split.images.shape[1:]
            continue
        for index in _chosen(split):
            with Image.open(split.paths[index]) as image:
                channels = 1 if image.mode in ("1", "L") else 3
                yield str(split.paths[index]), (image.height, image.width, channels)


DATASET_CHECKS = as_checks(
    loads,
    labels_in_range,
    every_task,
    class_names,
    split_sizes,
    splits_disjoint,
    input_shape,
    images_decode,
    reading_twice,
    fingerprint_stable,
    order_of_workers,
)
