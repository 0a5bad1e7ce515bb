import json

import pytest

import modelzoo


def test_without_arguments_the_models_are_listed(command):
    answer = command("list")
    names = [line.split()[0] for line in answer.out.splitlines()[1:]]
    assert names == modelzoo.list_models()


@pytest.mark.parametrize("kind", ["models", "datasets", "tasks", "recipes", "exporters"])
def test_each_kind_is_listed(command, kind):
    names = getattr(modelzoo, f"list_{kind}")()
    answer = command("list", kind)
    assert [line.split()[0] for line in answer.out.splitlines()[1:]] == names


def test_a_pattern_filters(command):
    answer = command("list", "models", "*-MINI")
    assert [line.split()[0] for line in answer.out.splitlines()[1:]] == ["mobilenet_v1_mini"]


def test_a_task_filters(command):
    answer = command("list", "datasets", "--task", "regression", "--json")
    assert [each["name"] for each in json.loads(answer.out)] == modelzoo.list_datasets(
        task="regression"
    )


def test_a_plugin_filters_by_its_name_and_by_its_distribution(command):
    by_name = json.loads(command("list", "tasks", "--plugin", "tasks", "--json").out)
    by_distribution = json.loads(command("list", "tasks", "--plugin", "tf-modelzoo", "--json").out)
    assert by_name == by_distribution
    assert [each["name"] for each in by_name] == modelzoo.list_tasks()


@pytest.mark.parametrize("word", ["tf_modelzoo", "TF-ModelZoo"])
def test_a_distribution_is_read_as_packaging_reads_it(command, word):
    names = [
        each["name"]
        for each in json.loads(command("list", "tasks", "--plugin", word, "--json").out)
    ]
    assert names == modelzoo.list_tasks(distribution="tf-modelzoo")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("fashion_mnits", "Did you mean 'fashion_mnist'?"), ("zzz", "`modelzoo plugins` shows them.")],
)
def test_an_unknown_plugin_is_refused(command, word, hint):
    answer = command("list", "--plugin", word)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.endswith(f"No plugin or distribution with one is named '{word}'. {hint}\n")


def test_json_has_the_spec_and_where_it_came_from(command):
    (entry,) = json.loads(command("list", "models", "mobilenet_v1_mini", "--json").out)
    assert entry["full_name"] == "tf-modelzoo/mobilenet_v1_mini"
    assert entry["kind"] == "model"
    assert entry["provenance"]["plugin"] == "mobilenet_v1"
    assert entry["spec"] == modelzoo.find("model", "mobilenet_v1_mini").spec.to_dict()


def test_nothing_found_is_said_on_the_error_stream(command):
    answer = command("list", "tasks", "nothing*")
    assert answer.status == 0
    assert answer.out == ""
    assert answer.err == (
        "There are no such tasks. `modelzoo list tasks --all` shows all there are.\n"
    )


def test_nothing_found_is_an_empty_json_list(command):
    assert json.loads(command("list", "tasks", "nothing*", "--json").out) == []


def test_a_deprecated_model_is_listed_with_all_only(process, install):
    install(
        "acme",
        "from modelzoo import ModelSpec, hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_models():\n"
        "    return [ModelSpec(name='acme_old', summary='Old', builder='acme:f',\n"
        "                      deprecated='Use mobilenet_v1.')]\n",
    )
    assert "acme_old" not in process("list").out
    [line] = [each for each in process("list", "--all").out.splitlines() if "acme_old" in each]
    assert line.endswith("Old (deprecated: Use mobilenet_v1.)")


def test_an_unknown_kind_gets_a_close_match(command):
    answer = command("list", "model")
    assert answer.status == 2
    assert answer.err == (
        "Error: 'model' can't be listed, expected one of: models, datasets, tasks, recipes, "
        "exporters, families. Did you mean 'models'?\n"
    )


def test_a_pattern_in_the_place_of_a_kind_is_explained(command):
    answer = command("list", "resnet*")
    assert answer.status == 2
    assert answer.err.endswith("To look for a model: modelzoo list models 'resnet*'.\n")


def test_a_task_can_not_filter_recipes(command):
    answer = command("list", "recipes", "--task", "binary")
    assert answer.status == 2
    assert answer.err == "Error: --task filters models and datasets, but not recipes.\n"


def test_an_unknown_task_gets_a_close_match(command):
    answer = command("list", "--task", "binnary")
    assert answer.status == 2
    assert answer.err == "Error: There is no task named 'binnary'. Did you mean 'binary'?\n"


def test_names_are_whole_in_a_pipe_however_narrow_the_terminal(process):
    answer = process("list", COLUMNS="20")
    assert "mobilenet_v1_shallow" in answer.out
    assert "MobileNet-v1 without its five equal blocks (Table 5 of the paper)" in answer.out


def test_names_are_whole_on_a_narrow_terminal(terminal):
    answer = terminal("list", columns=60)
    assert all(name in answer.out for name in modelzoo.list_models())
    assert max(map(len, answer.out.splitlines())) < 200


# Families of names that nobody can list

FAMILIES = """\
from modelzoo import DatasetSpec, Family, ModelSpec, hookimpl

def family(kind, pattern, example):
    return Family(kind=kind, pattern=pattern, summary=f"Any {kind}", examples=(example,))

@hookimpl
def modelzoo_families():
    return [
        family("dataset", "hub/OWNER/NAME", "hub/ylecun/mnist"),
        family("exporter", "acme/FORMAT", "acme/graph"),
    ]

@hookimpl
def modelzoo_resolve(kind, name):
    if kind == "dataset" and name.startswith("hub/"):
        return DatasetSpec(name=name, summary="From the hub", loader="acme:f", task="binary")
"""


@pytest.fixture
def hub(install):
    install("acme", FAMILIES)


def test_the_families_of_a_kind_follow_its_names(process, hub):
    names, families = process("list", "datasets").out.split("\n\n")
    assert "hub" not in names
    assert [line.split(maxsplit=1) for line in families.splitlines()[1:]] == [
        ["hub/OWNER/NAME", "Any dataset"]
    ]


def test_families_without_names_stand_alone(process, hub):
    answer = process("list", "exporters", "--plugin", "acme")
    assert answer.out.splitlines()[1:] == ["acme/FORMAT  Any exporter"]
    assert answer.err == ""


def test_the_json_of_a_kind_has_its_names_only(process, hub):
    names = [each["name"] for each in json.loads(process("list", "exporters", "--json").out)]
    assert names == modelzoo.list_exporters()


def test_families_are_listed_for_themselves(process, hub):
    assert [line.split() for line in process("list", "families").out.splitlines()[1:]] == [
        ["hub/OWNER/NAME", "datasets", "hub/ylecun/mnist", "Any", "dataset"],
        ["acme/FORMAT", "exporters", "acme/graph", "Any", "exporter"],
    ]


MANY = """\
from modelzoo import Family, hookimpl

@hookimpl
def modelzoo_families():
    names = ("acme/tower_1", "acme/tower_2", "acme/tower_3")
    return [Family(kind="model", pattern="acme/NAME", summary="Any tower", examples=names)]
"""


def test_of_many_examples_the_first_ones_are_listed(process, install):
    install("acme", MANY)
    [line] = process("list", "families", "acme*").out.splitlines()[1:]
    assert "  acme/tower_1, acme/tower_2, ...  " in line


def test_the_json_of_families_says_what_they_are_and_where_they_came_from(process, hub):
    assert json.loads(process("list", "families", "hub*", "--json").out) == [
        {
            "kind": "dataset",
            "pattern": "hub/OWNER/NAME",
            "summary": "Any dataset",
            "examples": ["hub/ylecun/mnist"],
            "provenance": {
                "distribution": "acme",
                "version": "1.0",
                "plugin": "acme",
                "module": "acme_zoo",
            },
        }
    ]


@pytest.mark.parametrize("pattern", ["hub/*", "HUB/owner*", "*mnist*"])
def test_a_pattern_filters_families_by_their_own_and_by_their_examples(process, hub, pattern):
    assert "hub/OWNER/NAME" in process("list", "datasets", pattern).out


@pytest.mark.parametrize(
    "filters",
    [("shapes",), ("--task", "multiclass"), ("--tag", "x"), ("--plugin", "shapes")],
    ids=" ".join,
)
def test_a_filter_that_a_family_does_not_pass_leaves_it_out(process, hub, filters):
    assert "hub" not in process("list", "datasets", *filters).out


def test_without_plugins_there_are_no_families(command):
    answer = command("list", "families")
    assert (answer.out, answer.err) == ("", "There are no such families: plugins bring them.\n")
    assert json.loads(command("list", "families", "--json").out) == []


def test_a_task_can_not_filter_families(command):
    answer = command("list", "families", "--task", "binary")
    assert answer.err == "Error: --task filters models and datasets, but not families.\n"
