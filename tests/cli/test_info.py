import json
import re

import pytest

import modelzoo
from modelzoo.cli.facts import fraction


def test_every_registered_name_has_a_page(command):
    for kind in ("model", "dataset", "task", "recipe", "exporter"):
        for name in getattr(modelzoo, f"list_{kind}s")():
            answer = command("info", name, "--kind", kind)
            assert answer.status == 0, answer.err
            assert answer.out.startswith(f"{kind} {name}\n")


def test_it_says_where_a_thing_came_from(command):
    answer = command("info", "binary")
    assert "tf-modelzoo 0.1.0, plugin tasks (modelzoo.builtin.tasks.plugin)" in answer.out


@pytest.mark.parametrize(("task", "parameters"), [("binary", 804_572), ("multiclass", 203_891)])
def test_the_mini_networks_have_the_parameters_of_the_seed(command, task, parameters):
    data = json.loads(command("info", "mobilenet_v1_mini", "--json").out)
    sizes = {each["task"]: each for each in data["tasks"]}
    assert sizes[task]["parameters_with_head"] == parameters


def test_the_counts_are_those_of_the_paper(command):
    # Howard et al. 2017, arXiv:1704.04861: width 1, 224 x 224, 1000 classes.
    data = json.loads(command("info", "mobilenet_v1_100_224", "--json").out)
    sizes = next(each for each in data["tasks"] if each["task"] == "multiclass")
    assert sizes["parameters"] == 3_228_864
    assert sizes["parameters_with_head"] == 4_253_864
    assert round(sizes["mult_adds_with_head"] / 1e6, 2) == 568.74


def test_the_table_has_the_counts_with_and_without_head(command):
    answer = command("info", "mobilenet_v1_100_224")
    row = next(line for line in answer.out.splitlines() if line.startswith("multiclass"))
    assert row.split()[2:7] == ["1,000", "3,228,864", "4,253,864", "567,716,352", "568,740,352"]


@pytest.mark.slow
@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression"])
def test_parameters_with_head_are_those_of_the_built_model(command, task):
    data = json.loads(command("info", "mobilenet_v1_mini", "--json").out)
    sizes = next(each for each in data["tasks"] if each["task"] == task)
    model = modelzoo.get("mobilenet_v1_mini", task=task)
    assert model.count_params() == sizes["parameters_with_head"]


def test_the_scale_is_shown_as_a_person_writes_it(command):
    assert re.search(r"^scale +1/255$", command("info", "mobilenet_v1_mini").out, re.M)


@pytest.mark.parametrize("value", [1 / 255, 1 / 127.5, 1 / 3, 0.5, 0.3, 0.017, 1.0, 2.0, 0.0, -0.5])
def test_a_fraction_is_read_back_exactly(value):
    one, _, divisor = fraction(value).partition("/")
    assert float(one) / float(divisor or 1) == value


def test_a_misspelt_name_gets_close_matches_of_all_kinds(command):
    answer = command("info", "multiklass")
    assert answer.status == 2
    assert answer.err.startswith(
        "Error: Nothing is named 'multiklass'. Did you mean task 'multiclass'"
    )


def test_a_name_like_no_other_gets_the_way_to_all(command):
    answer = command("info", "qqqq")
    assert answer.status == 2
    assert "`modelzoo list` shows the models" in answer.err


def test_the_full_name_is_found(command):
    assert command("info", "tf-modelzoo/binary").out.startswith("task binary\n")


def test_an_unknown_kind_is_refused(command):
    answer = command("info", "binary", "--kind", "tasks")
    assert answer.status == 2
    assert answer.err == (
        "Error: 'tasks' is not a kind of spec, expected one of: model, dataset, task, recipe, "
        "exporter.\n"
    )


def test_a_name_of_two_kinds_has_to_be_told_apart(process, install):
    install(
        "acme",
        "from modelzoo import DatasetSpec, ModelSpec, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_models():\n"
        "    return [ModelSpec(name='twin', summary='A model', builder='acme:f')]\n"
        "@hookimpl\n"
        "def modelzoo_datasets():\n"
        "    return [DatasetSpec(name='twin', summary='Data', loader='acme:f', task='binary')]\n",
    )
    answer = process("info", "twin")
    assert answer.status == 2
    assert answer.err == (
        "Error: 'twin' is the name of a model and a dataset. Say which, for example: --kind model\n"
    )
    assert process("info", "twin", "--kind", "dataset").out.startswith("dataset twin\n")


def test_a_deprecated_name_warns_in_one_line(process, install):
    install(
        "acme",
        "from modelzoo import ModelSpec, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_models():\n"
        "    return [ModelSpec(name='acme_old', summary='Old', builder='acme:f',\n"
        "                      deprecated='Use mobilenet_v1.')]\n",
    )
    answer = process("info", "acme_old")
    assert answer.status == 0
    assert answer.err == "Warning: Model 'acme_old' is deprecated: Use mobilenet_v1.\n"


def test_a_failed_plugin_is_named_where_a_name_is_missing(process, install):
    install("acme", "raise RuntimeError('broken')\n")
    assert "Plugins that failed or are blocked: acme (failed)." in process("info", "acme_net").err


FAMILY = """\
from modelzoo import DatasetSpec, Family, hookimpl

@hookimpl
def modelzoo_families():
    return [Family(kind="dataset", pattern="hub/NAME", summary="Any", examples=("hub/mnist",))]

@hookimpl
def modelzoo_resolve(kind, name):
    if kind == "dataset" and name.startswith("hub/") and name != "hub/gone":
        return DatasetSpec(name=name, summary="From the hub", loader="acme:f", task="binary")
"""


def test_a_name_of_an_open_ended_family_has_a_page(process, install):
    install("acme", FAMILY)
    answer = process("info", "hub/Some-Name")
    assert answer.out.startswith("dataset hub/Some-Name\nFrom the hub\n")
    assert "acme 1.0, plugin acme (acme_zoo)" in answer.out


def test_the_json_of_a_name_of_an_open_ended_family_is_that_of_any_other(process, install):
    install("acme", FAMILY)
    data = json.loads(process("info", "hub/mnist", "--json").out)
    assert (data["name"], data["kind"]) == ("hub/mnist", "dataset")
    assert data["full_name"] == "acme/hub/mnist"


def test_a_plugin_s_own_words_for_a_name_that_it_does_not_know_are_shown(process, install):
    refusal = "from modelzoo.errors import UnknownNameError\n" + FAMILY.replace(
        "    if kind",
        "    if name == 'hub/lost':\n        raise UnknownNameError('Lost.')\n    if kind",
    )
    install("acme", refusal)
    assert process("info", "hub/lost").err == "Error: Lost.\n"


@pytest.mark.parametrize("name", ["hub/gone", "hub", "hub/NAME"])
def test_an_unknown_name_of_a_family_gets_an_example(process, install, name):
    install("acme", FAMILY)
    answer = process("info", name)
    assert answer.status == 2
    assert answer.err == (
        f"Error: There is no dataset named {name!r}. "
        "Names of the dataset family 'hub/NAME' look like 'hub/mnist'.\n"
    )
