"""The checks of a recipe: that everything it names is there and fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from modelzoo.compose import build_model, make_task
from modelzoo.data.augment import Augmentation
from modelzoo.errors import ModelZooError
from modelzoo.registry import Entry, RecipeSpec, default_num_classes, find
from modelzoo.testing.check import as_checks, skip
from modelzoo.training import TrainConfig, Trainer

__all__ = ["RECIPE_CHECKS", "RecipeSubject"]

_SPLITS = ("train", "val", "test")


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
    def missing(self) -> str:
        """Why something that the recipe names is not there; empty where all is."""
        try:
            find("model", self.spec.model)
            dataset = find("dataset", self.spec.dataset).spec
            find("task", self.spec.task or dataset.task)
        except ModelZooError as error:
            return str(error)
        return ""


def names_known(subject: RecipeSubject) -> None:
    """The model, the dataset and the task that it names are registered."""
    assert not subject.missing, subject.missing


def config_valid(subject: RecipeSubject) -> None:
    """Its settings are settings of a training."""
    Augmentation.from_config(TrainConfig.from_dict(subject.spec.config).augment)


def fits(subject: RecipeSubject) -> None:
    """Model, task, dataset and input shape fit together."""
    if subject.missing:
        skip("something that it names is not there")
    spec = subject.spec
    Trainer(spec.model, spec.dataset, spec.task or None, input_shape=spec.input_shape)


def builds(subject: RecipeSubject) -> None:
    """The model can be built with the recipe's options."""
    if subject.missing:
        skip("something that it names is not there")
    spec = subject.spec
    dataset = find("dataset", spec.dataset).spec
    task = find("task", spec.task or dataset.task).spec
    model = find("model", spec.model).spec.for_task(task.name)
    classes = dataset.num_classes or default_num_classes(model, task)
    build_model(model, make_task(task, classes), input_shape=spec.input_shape, options=spec.options)


def results_sourced(subject: RecipeSubject) -> None:
    """Results that it is known to reach are metrics of a split, and somebody vouches for them."""
    spec = subject.spec
    if not spec.results:
        skip("the spec declares no results")
    assert spec.source, "it declares results without a source: say who measured them, and how"
    for name, value in spec.results.items():
        split, _, metric = name.partition("_")
        of_a_split = split in _SPLITS and bool(metric)
        assert of_a_split, f"result {name!r} is of no split: expected such as 'test_accuracy'"
        assert isinstance(value, int | float), f"result {name!r} is {value!r}, expected a number"


RECIPE_CHECKS = as_checks(
    names_known,
    config_valid,
    fits,
    builds,
    results_sourced,
)
