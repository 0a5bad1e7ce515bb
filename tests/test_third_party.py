"""A package of somebody else: built, installed into a fresh virtual environment, and used."""

from pathlib import Path

import pytest
from virtual_environment import VirtualEnvironment, wheel

NAMES = """
import json, modelzoo

print(json.dumps({
    "file": modelzoo.__file__,
    "models": modelzoo.list_models("acme*"),
    "datasets": modelzoo.list_datasets("stripes"),
    "tasks": modelzoo.list_tasks("ordinal"),
    "recipes": modelzoo.list_recipes("stripes*"),
    "plugins": [
        [each.distribution, each.version, each.name, each.module, each.status, each.counts]
        for each in modelzoo.list_plugins()
        if each.distribution == "modelzoo-acme"
    ],
}))
"""

TRAIN = """
import json, sys, modelzoo

model, dataset, task = sys.argv[1:]
trainer = modelzoo.Trainer(
    model, dataset, task, epochs=1, batch_size=8, validation=0.0,
    dataset_options={"train": 16, "test": 8},
)
run = trainer.fit()
images = modelzoo.load_dataset(dataset, task=task, train=8, test=4).splits["test"].images
print(json.dumps({
    "steps": run.history[-1]["step"],
    "metrics": sorted(run.evaluate()),
    "label": run.predict(images)[0].label,
    "classes": run.info["classes"],
    "from": {
        kind: run.info[kind]["provenance"]["distribution"] for kind in ("model", "dataset", "task")
    },
}))
"""

# Each of the third party's parts with built-in ones, and all of them together.
COMBINATIONS = [
    ("acme_net", "shapes", "multiclass"),
    ("mobilenet_v1_mini", "stripes", "multiclass"),
    ("mobilenet_v1_mini", "shapes", "ordinal"),
    ("mobilenet_v1_mini", "stripes", "ordinal"),
    ("acme_net", "stripes", "ordinal"),
]


@pytest.fixture(scope="module")
def third_party(repository, tmp_path_factory) -> Path:
    """The wheel of the third party."""
    project = repository / "tests" / "third_party" / "modelzoo-acme"
    return wheel(project, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(repository, third_party, tmp_path_factory) -> VirtualEnvironment:
    """A virtual environment with this project's wheel and that of the third party."""
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    environment.install(wheel(repository, tmp_path_factory.mktemp("wheel")), third_party)
    return environment


def test_the_package_of_ours_is_the_one_from_the_wheel(environment):
    assert Path(environment.answer(NAMES)["file"]).is_relative_to(environment.folder)


def test_one_entry_point_adds_names_of_every_kind(environment):
    answer = environment.answer(NAMES)
    assert [answer[kind] for kind in ("models", "datasets", "tasks", "recipes")] == [
        ["acme_net"],
        ["stripes"],
        ["ordinal"],
        ["stripes_quick"],
    ]


def test_they_are_known_to_be_the_third_party_s(environment):
    assert environment.answer(NAMES)["plugins"] == [
        [
            "modelzoo-acme",
            "1.2.0",
            "acme",
            "acme_zoo.plugin",
            "loaded",
            {"model": 1, "dataset": 1, "task": 1, "recipe": 1},
        ]
    ]


def test_the_command_line_lists_them(environment):
    assert "acme_net" in environment.run("-m", "modelzoo", "list", "--json")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "dataset", "task"), COMBINATIONS, ids=map("-".join, COMBINATIONS)
)
def test_what_it_adds_works_with_what_is_built_in(environment, model, dataset, task):
    theirs = {"acme_net", "stripes", "ordinal"}
    answer = environment.answer(TRAIN, model, dataset, task)
    assert answer["steps"] == 2
    assert "loss" in answer["metrics"]
    assert answer["label"] in answer["classes"]
    assert answer["from"] == {
        kind: "modelzoo-acme" if name in theirs else "tf-modelzoo"
        for kind, name in {"model": model, "dataset": dataset, "task": task}.items()
    }


@pytest.mark.slow
def test_its_recipe_can_be_trained(environment):
    code = """
import modelzoo

run = modelzoo.Trainer.from_recipe("stripes_quick").fit()
print(run.history[-1]["step"])
"""
    assert environment.answer(code) == 2


def test_without_the_package_its_names_are_gone(environment, third_party):
    environment.pip("uninstall", "-y", "modelzoo-acme")
    try:
        answer = environment.answer(NAMES)
    finally:
        environment.install(third_party)
    assert [kind for kind, names in answer.items() if names and kind != "file"] == []
