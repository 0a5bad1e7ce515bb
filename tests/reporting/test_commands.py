import itertools
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.cli.parameters import settings
from modelzoo.reporting.commands import commands_of


def commands(info, defaults=None, folder="runs/a"):
    return dict(commands_of(info, folder, defaults or {}))


def words(info, defaults=None):
    return shlex.split(commands(info, defaults)["Train the same again"])


def values_of(option, given_words):
    return [value for name, value in itertools.pairwise(given_words) if name == option]


def test_the_training_command_names_all_that_makes_the_run(info):
    assert words(info, {"epochs": 10, "batch_size": 32, "augment": {}, "loss": None}) == [
        *("modelzoo", "train", "tiny_net", "drawings", "--task", "binary"),
        *("--input-size", "32x48x3"),
        *("--model-option", "alpha=0.5", "--dataset-option", "train=300"),
        *("--data-dir", "/data/my drawings"),
        *("--config", "epochs=3", "--config", 'augment={"zoom": 0.2}'),
    ]


def test_initial_weights_are_named(info):
    assert values_of("--weights", words({**info, "weights": "imagenet"})) == ["imagenet"]


def test_what_another_distribution_brought_has_its_full_name(info):
    info["model"]["name"] = "acme-zoo/tiny_net"
    assert words(info)[2] == "acme-zoo/tiny_net"


def test_a_setting_at_its_default_is_left_out_be_it_tuple_or_list(info):
    info["config"] = {"metrics": ["auc"]}
    assert values_of("--config", words(info, {"metrics": ("auc",)})) == []


def test_of_a_recipe_only_what_differs_from_it_is_said(info):
    recipe = {"name": "tf-modelzoo/seed", "spec": {"config": {"epochs": 3, "batch_size": 8}}}
    info["recipe"] = recipe
    assert words(info, {"epochs": 10, "augment": {"zoom": 0.2}, "loss": None}) == [
        *("modelzoo", "train", "--recipe", "seed", "--data-dir", "/data/my drawings"),
        *("--config", "batch_size=32"),
    ]


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    plain | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=5,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), values))
def test_the_command_line_reads_back_the_settings_that_were_written(config):
    info = {
        "status": "finished",
        "model": {"name": "m"},
        "dataset": {"name": "d"},
        "task": {"name": "t"},
        "input_shape": [1, 1, 1],
        "config": config,
    }
    assert settings(values_of("--config", words(info)), option="--config") == config


@pytest.mark.parametrize("status", ["interrupted", "running", "failed"])
def test_a_run_that_has_not_finished_can_be_gone_on_with(info, status):
    given_commands = commands({**info, "status": status}, folder="runs/my run")
    assert given_commands["Go on with this run"] == "modelzoo train --resume 'runs/my run'"
    assert "Predict images" not in given_commands


def test_a_finished_run_predicts_and_has_nothing_to_go_on_with(info):
    assert commands(info)["Predict images"] == "modelzoo predict runs/a IMAGE..."
    assert "Go on with this run" not in commands(info)
