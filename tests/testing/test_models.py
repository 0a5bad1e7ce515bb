"""Each check of models catches the model that is broken in just that way."""

import dataclasses
from pathlib import Path

import pytest

from modelzoo import ModelSpec, WeightsSpec
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.models import MODEL_CHECKS, ModelSubject

WEIGHTS = WeightsSpec(
    name="noise", converter="mutant_models:convert", url="https://example.org/noise.h5"
)
INTACT = ModelSpec(
    name="mutant",
    summary="Two convolutions and a batch norm",
    builder="mutant_models:intact",
    input_shape=(40, 40, 3),
    min_size=7,
    options={"width": 4},
    features=8,
    parameters=4 * 27 + 4 * 4 + 8 * 36 + 8,
    mult_adds=4 * 27 * 19**2 + 8 * 36 * 9**2,
    weights=(WEIGHTS,),
)


def built_by(function, **changes):
    return {
        "builder": f"mutant_models:{function}",
        "features": None,
        "parameters": None,
        "mult_adds": None,
        **changes,
    }


# What is changed, the check that catches it, and what fails as a consequence.
MUTANTS = {
    "can't be built small": (built_by("fails_for_small_images"), "builds", {"channels"}),
    "can't be trained": (built_by("can_not_be_trained"), "builds", set()),
    "unknown task": ({"tasks": ("multiclass", "no_such_task")}, "tasks", set()),
    "unknown option for a task": (
        {"task_defaults": {"binary": {"options": {"depth": 3}}}},
        "tasks",
        {"default_shape", "options"},
    ),
    "can't be built large": (built_by("fails_for_its_default_images"), "default_shape", set()),
    "other features": ({"features": 9}, "declared_features", set()),
    "other parameters": ({"parameters": 421}, "declared_parameters", set()),
    "other multiply-adds": ({"mult_adds": 62_317}, "declared_mult_adds", set()),
    "other parameters for a task": (
        {"task_defaults": {"binary": {"parameters": 421}}},
        "declared_parameters",
        set(),
    ),
    "needs larger images": ({"min_size": 4}, "min_size", set()),
    "takes no grey images": (built_by("fails_for_grey_images"), "channels", set()),
    "default channels not declared": (
        {"channels": (1,)},
        "channels",
        {"builds", "default_shape", "min_size", "oblong", "options"},
    ),
    "takes squares only": (built_by("fails_for_oblong_images"), "oblong", set()),
    "swallows options": (built_by("swallows_options"), "options", set()),
    "two weights of a name": ({"weights": (WEIGHTS, WEIGHTS)}, "weights", set()),
    "weights from nowhere": (
        {"weights": (dataclasses.replace(WEIGHTS, url=""),)},
        "weights",
        set(),
    ),
    "gives float16": (built_by("gives_float16"), "features", set()),
    "does not look": (
        built_by("does_not_look"),
        "images_matter",
        {"gradients", "overfits"},
    ),
    "loses a batch of one": (
        built_by("loses_a_batch_of_one"),
        "batch_of_one",
        {"images_independent", "exported"},
    ),
    "mixes images": (built_by("mixes_images"), "images_independent", {"in_parts"}),
    "counts its calls": (built_by("counts_its_calls"), "inference_pure", set()),
    "float32 only": (built_by("computes_in_float32_only"), "mixed_precision", set()),
    "asks for the type of a layer": (
        built_by("asks_for_the_type_of_a_layer"),
        "accelerated",
        {"config_restored", "gradients"},
    ),
    "names by chance": (built_by("names_weights_by_chance"), "weights_saved", set()),
    "numbers that are no weights": (
        built_by("keeps_numbers_that_are_no_weights"),
        "weights_saved",
        {"accelerated", "config_restored"},
    ),
    "has a lambda": (built_by("has_a_lambda"), "config_restored", set()),
    "other in graphs": (built_by("computes_other_things_in_graphs"), "exported", set()),
    "spare weights": (built_by("has_spare_weights"), "gradients", set()),
    "dead units": (built_by("has_dead_units"), "gradients", set()),
    "mixes images in training": (built_by("mixes_images_in_training"), "in_parts", set()),
    "draws without a seed": (built_by("draws_without_a_seed"), "same_seed", set()),
    "drops nearly all": (built_by("drops_nearly_all"), "overfits", set()),
}


@pytest.fixture(autouse=True)
def mutants_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "mutants")


def check(spec):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    return run_checks(MODEL_CHECKS, ModelSubject(Entry(spec, provenance)))


def failed(report):
    return {each.check for each in report.of("failed")}


def test_an_intact_model_passes_every_check():
    report = check(INTACT)
    assert report.counts["passed"] == len(MODEL_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    changes, caught_by, consequences = MUTANTS[mutant]
    report = check(dataclasses.replace(INTACT, **changes))
    assert caught_by in failed(report), str(report)
    assert failed(report) <= {caught_by, *consequences}, str(report)


def test_every_check_has_a_mutant():
    assert {check.name for check in MODEL_CHECKS} == {name for _, name, _ in MUTANTS.values()}
