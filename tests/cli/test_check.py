"""``modelzoo check``."""

import json

import pytest

PLUGIN = """
from modelzoo import RecipeSpec, hookimpl


@hookimpl
def modelzoo_recipes():
    return [
        RecipeSpec(
            name="acme_quick", summary="Quick", model="mobilenet_v1_mini", dataset="shapes"
        ),
        RecipeSpec(
            name="acme_lost", summary="Lost", model="no_such_net", dataset="shapes"
        ),
    ]
"""


def test_what_passes_is_counted_and_the_status_is_0(command):
    answer = command("check", "fashion_mnist_sample")
    assert answer.status == 0
    assert "dataset fashion_mnist_sample" in answer.out
    assert "failed" in answer.out.splitlines()[0]


def test_json_has_an_outcome_for_each_check(command):
    answer = command("check", "fashion_mnist_seed", "--json")
    data = json.loads(answer.out)
    assert data["ok"]
    assert data["counts"]["passed"] == len(data["outcomes"])


def test_a_plugin_is_checked_with_all_that_it_registers(process, install):
    install("acme", PLUGIN)
    answer = process("check", "acme", "--json")
    outcomes = json.loads(answer.out)["outcomes"]
    assert answer.status == 1
    assert {each["subject"] for each in outcomes} == {
        "plugin acme",
        "recipe acme_quick",
        "recipe acme_lost",
    }
    assert [
        each["subject"] for each in outcomes if each["check"] == "names_known" if each["reason"]
    ] == ["recipe acme_lost"]


def test_what_failed_is_told_with_the_reason(process, install):
    install("acme", PLUGIN)
    answer = process("check", "acme_lost")
    assert answer.status == 1
    assert "There is no model named 'no_such_net'" in answer.out


def test_where_only_the_spec_can_be_checked_it_fails(command):
    answer = command("check", "image_folder")
    assert answer.status == 1
    assert "nothing but the spec was checked: it has to be told where the data are" in answer.out


def test_options_make_a_dataset_small(command):
    answer = command("check", "shapes", "--dataset-option", "train=40", "--json")
    assert json.loads(answer.out)["ok"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no_such_thing",), "Nothing is named 'no_such_thing'"),
        (("binary", "--kind", "tasks"), "'tasks' is not a kind of spec"),
        (("binary", "--dataset-option", "train=4"), "'binary' is no dataset"),
        (("binary", "--data-dir", "here"), "'binary' is no dataset"),
        (("binary", "--download"), "'binary' is no dataset"),
    ],
)
def test_what_can_t_be_checked_is_refused(command, arguments, said):
    answer = command("check", *arguments)
    assert answer.status == 2
    assert said in answer.err
    assert answer.out == ""
