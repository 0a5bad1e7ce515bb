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

# What is changed, the check that catches it, and what fails as a consequence.
MUTANTS = {
    "unknown model": ({"model": "no_such_net"}, "names_known", set()),
    "unknown dataset": ({"dataset": "no_such_data"}, "names_known", set()),
    "unknown task": ({"task": "no_such_task"}, "names_known", set()),
    "unknown setting": ({"config": {"epoch": 2}}, "config_valid", set()),
    "unusable setting": ({"config": {"batch_size": 0}}, "config_valid", set()),
    "unknown augmentation": ({"config": {"augment": {"flip": True}}}, "config_valid", set()),
    "task that does not fit": (
        {"dataset": "fashion_mnist_sample", "task": "regression"},
        "fits",
        set(),
    ),
    "too small images": ({"input_shape": (4, 4, 3)}, "fits", {"builds"}),
    "unknown option": ({"options": {"width": 3}}, "builds", set()),
    "no source": ({"source": ""}, "results_sourced", set()),
    "a result of no split": ({"results": {"accuracy": 0.9}}, "results_sourced", set()),
}


def failed(**changes):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    entry = Entry(dataclasses.replace(INTACT, **changes), provenance)
    report = run_checks(RECIPE_CHECKS, RecipeSubject(entry))
    return {each.check for each in report.of("failed")}


def test_an_intact_recipe_passes_every_check():
    assert failed() == set()


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    changes, caught_by, consequences = MUTANTS[mutant]
    found = failed(**changes)
    assert caught_by in found
    assert found <= {caught_by, *consequences}


def test_every_check_has_a_mutant():
    assert {check.name for check in RECIPE_CHECKS} == {name for _, name, _ in MUTANTS.values()}
