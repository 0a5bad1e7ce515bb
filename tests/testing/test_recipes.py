"""Each check of recipes catches the recipe that is broken in just that way."""

import dataclasses

import pytest

from modelzoo import RecipeSpec
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.recipes import RECIPE_CHECKS, RecipeSubject

INTACT = RecipeSpec(
    name="mutant",
    summary="A small training",
    model="mobilenet_v1_mini",
    dataset="shapes",
    config={"epochs": 2},
    results={"test_accuracy": 0.5},
    source="measured here",
)

# What is changed, the check that catches it, what it says, and what fails as a consequence.
MUTANTS = {
    "unknown model": ({"model": "no_such_net"}, "names_known", "no model named", set()),
    "unknown dataset": ({"dataset": "no_such_data"}, "names_known", "no dataset named", set()),
    "unknown task": ({"task": "no_such_task"}, "names_known", "no task named", set()),
    "unknown setting": ({"config": {"epoch": 2}}, "config_valid", "'epoch'", set()),
    "unusable setting": ({"config": {"batch_size": 0}}, "config_valid", "batch_size", set()),
    "unknown augmentation": (
        {"config": {"augment": {"flip": True}}},
        "config_valid",
        "'flip'",
        set(),
    ),
    "task that does not fit": (
        {"dataset": "fashion_mnist_sample", "task": "regression"},
        "fits",
        "learns from 'value' labels",
        {"results_sourced"},
    ),
    "too small images": ({"input_shape": (4, 4, 3)}, "fits", "at least 10 x 10", {"builds"}),
    "unknown option of the dataset": (
        {"dataset_options": {"tain": 40}},
        "dataset_options",
        "has no option 'tain'",
        set(),
    ),
    "unusable option of the dataset": (
        {"dataset_options": {"train": "forty"}},
        "dataset_options",
        "'forty'",
        set(),
    ),
    "unknown option of a dataset far away": (
        {"dataset": "fashion_mnist", "dataset_options": {"tain": 40}},
        "dataset_options",
        "has no option 'tain'",
        set(),
    ),
    "unknown option": ({"options": {"width": 3}}, "builds", "has no option 'width'", set()),
    "no source": ({"source": ""}, "results_sourced", "without a source", set()),
    "a result of no split": (
        {"results": {"accuracy": 0.9}},
        "results_sourced",
        "of no split",
        set(),
    ),
    "a result of no metric": (
        {"results": {"test_acuracy": 0.9}},
        "results_sourced",
        "'test_acuracy' is of no metric of the task, which has loss, accuracy",
        set(),
    ),
    "a result that is a text": (
        {"results": {"test_accuracy": "0.9"}},
        "results_sourced",
        "expected a number",
        set(),
    ),
}


def failed(**changes):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    entry = Entry(dataclasses.replace(INTACT, **changes), provenance)
    report = run_checks(RECIPE_CHECKS, RecipeSubject(entry))
    return {each.check: each.reason for each in report.of("failed")}


def test_an_intact_recipe_passes_every_check():
    assert failed() == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset_options": {"train": 40, "test": 20}},
        {"results": {"test_loss": 0.5, "train_accuracy": 1.0}},
        {"dataset": "fashion_mnist", "results": {"val_accuracy": 0.9}},
    ],
)
def test_what_a_recipe_may_say_passes(changes):
    assert failed(**changes) == {}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    changes, caught_by, said, consequences = MUTANTS[mutant]
    found = failed(**changes)
    assert said in found[caught_by]
    assert set(found) <= {caught_by, *consequences}


def test_every_check_has_a_mutant():
    assert {check.name for check in RECIPE_CHECKS} == {name for _, name, *_ in MUTANTS.values()}
