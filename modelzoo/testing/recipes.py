"""The checks of a recipe: that everything it names is there and fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from modelzoo.compose import build_model, make_task
from modelzoo.data.augment import Augmentation
from modelzoo.data.loading import check_options, load_spec
from modelzoo.errors import ModelZooError
from modelzoo.registry import (
    DatasetSpec,
    Entry,
    ModelSpec,
    RecipeSpec,
    TaskSpec,
    default_num_classes,
    find,
)
from modelzoo.task import Task
from modelzoo.testing.check import as_checks, skip
from modelzoo.testing.samples import plain_labels
from modelzoo.testing.task_learning import metric_results
from modelzoo.training import TrainConfig, Trainer

__all__ = ["RECIPE_CHECKS", "RecipeSubject"]

_SPLITS = ("train", "val", "test")
# So many are measured, to hear what is measured.
_IMAGES = 2


@dataclass
class RecipeSubject:
    """A recipe under test.

    Attributes:
        entry: The recipe.
    """

    entry: Entry[RecipeSpec]

    @property
    def spec(self) -> RecipeSpec:
        """The recipe's spec."""
        return self.entry.spec

    @property
    def title(self) -> str:
        """``recipe NAME``."""
        return f"recipe {self.spec.name}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """Those of the spec."""
        return self.spec.expected_failures

    @cached_property
    def found(self) -> tuple[ModelSpec, DatasetSpec, TaskSpec] | ModelZooError:
        """What it names: the model, with its defaults for the task, the dataset and the task.

        An error where one of them is not there.
        """
        try:
            dataset = find("dataset", self.spec.dataset).spec
            task = find("task", self.spec.task or dataset.task).spec
            return find("model", self.spec.model).spec.for_task(task.name), dataset, task
        except ModelZooError as error:
            return error

    @property
    def named(self) -> tuple[ModelSpec, DatasetSpec, TaskSpec]:
        """:attr:`found`; skips where something is not there, which ``names_known`` says."""
        if isinstance(self.found, ModelZooError):
            skip("something that it names is not there")
        return self.found

    def make_task(self) -> Task:
        """The task, for as many classes as the dataset says, else the model."""
        model, dataset, task = self.named
        return make_task(task, dataset.num_classes or default_num_classes(model, task))


def names_known(subject: RecipeSubject) -> None:
    """The model, the dataset and the task that it names are registered."""
    assert not isinstance(subject.found, ModelZooError), str(subject.found)


def config_valid(subject: RecipeSubject) -> None:
    """Its settings are settings of a training."""
    Augmentation.from_config(TrainConfig.from_dict(subject.spec.config).augment)


def fits(subject: RecipeSubject) -> None:
    """Model, task, dataset and input shape fit together."""
    subject.named  # noqa: B018 - skips
    spec = subject.spec
    Trainer(spec.model, spec.dataset, spec.task or None, input_shape=spec.input_shape)


def dataset_options(subject: RecipeSubject) -> None:
    """The dataset takes the recipe's options for it, and is loaded with them if it is at hand."""
    _, dataset, task = subject.named
    options = subject.spec.dataset_options
    check_options(dataset, options)
    if options and not dataset.needs_data_dir and dataset.download_bytes == 0:
        load_spec(dataset, task, options=options)


def builds(subject: RecipeSubject) -> None:
    """The model can be built with the recipe's options."""
    model, *_ = subject.named
    spec = subject.spec
    build_model(model, subject.make_task(), input_shape=spec.input_shape, options=spec.options)


def results_sourced(subject: RecipeSubject) -> None:
    """Results that it is known to reach are the task's metrics, and somebody vouches for them."""
    spec = subject.spec
    if not spec.results:
        skip("the spec declares no results")
    assert spec.source, "it declares results without a source: say who measured them, and how"
    known = _metrics(subject)
    for name, value in spec.results.items():
        split, _, metric = name.partition("_")
        assert split in _SPLITS, f"result {name!r} is of no split: expected such as 'test_accuracy'"
        assert metric in known, (
            f"result {name!r} is of no metric of the task, which has {', '.join(known)}"
        )
        assert isinstance(value, int | float), f"result {name!r} is {value!r}, expected a number"


def _metrics(subject: RecipeSubject) -> list[str]:
    """Names of the metrics that a training measures, the loss included."""
    _, _, spec = subject.named
    task = subject.make_task()
    labels = task.check_labels(plain_labels(spec, task.num_classes, _IMAGES))
    outputs = np.full((_IMAGES, task.num_outputs), 1 / task.num_outputs, np.float32)
    return ["loss", *metric_results(task, labels, outputs)]


RECIPE_CHECKS = as_checks(
    names_known,
    config_valid,
    fits,
    dataset_options,
    builds,
    results_sourced,
)
