import threading
import warnings

import pytest

import modelzoo
from modelzoo.errors import InvalidSpecError, UnknownNameError
from modelzoo.registry import default_host, find, list_entries, queries

PLUGIN = """
    @hookimpl
    def modelzoo_models():
        return [
            model("any_net"),
            model("two_net", tasks=("pair",), tags=("small",)),
            model("old_net", tasks=("pair",), deprecated="Use two_net.", aliases=("older_net",)),
        ]

    def dataset(name, **fields):
        return DatasetSpec(name=name, summary="Data", loader="json:dumps", **fields)

    @hookimpl
    def modelzoo_datasets():
        return [
            dataset("cats", task="pair", num_classes=2),
            dataset("digits", task="many", num_classes=10, tags=("small",)),
            dataset("ages", task="number", labels=("value",)),
            dataset("folder", task="many"),
        ]

    def task(name, **fields):
        return TaskSpec(name=name, summary="A task", task="json:JSONEncoder", **fields)

    @hookimpl
    def modelzoo_tasks():
        return [
            task("pair", min_classes=2, max_classes=2),
            task("many", min_classes=2),
            task("number", labels="value"),
        ]

    @hookimpl
    def modelzoo_recipes():
        return [RecipeSpec(name="seed", summary="A recipe", model="any_net", dataset="cats")]

    @hookimpl
    def modelzoo_exporters():
        return [ExporterSpec(name="onnx", summary="A format", exporter="json:JSONEncoder")]

    def family(kind, pattern, example):
        return Family(kind=kind, pattern=pattern, summary="Any", examples=(example,))

    @hookimpl
    def modelzoo_families():
        return [family("task", "zoo/TASK", "zoo/count"), family("dataset", "hub/NAME", "hub/cats")]
    """


@pytest.fixture
def host(environment, monkeypatch):
    """The host of this process is one with the plugin above, another one, and no built-in ones."""
    environment.install("acme", zoo=PLUGIN)
    environment.install(
        "beta", zoo='@hookimpl\ndef modelzoo_models():\n    return [model("beta_net")]'
    )
    host = environment.host()
    monkeypatch.setattr(queries, "default_host", lambda: host)
    return host


def test_each_kind_has_its_list(host):
    assert {
        "models": modelzoo.list_models(),
        "datasets": modelzoo.list_datasets(),
        "tasks": modelzoo.list_tasks(),
        "recipes": modelzoo.list_recipes(),
        "exporters": modelzoo.list_exporters(),
    } == {
        "models": ["any_net", "beta_net", "two_net"],
        "datasets": ["ages", "cats", "digits", "folder"],
        "tasks": ["many", "number", "pair"],
        "recipes": ["seed"],
        "exporters": ["onnx"],
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["hub/NAME", "zoo/TASK"]),
        ({"kind": "task"}, ["zoo/TASK"]),
        ({"kind": "model"}, []),
        ({"distribution": "Acme"}, ["hub/NAME", "zoo/TASK"]),
        ({"distribution": "beta"}, []),
    ],
    ids=str,
)
def test_families_pass_all_filters(host, filters, expected):
    assert [each.pattern for each in modelzoo.list_families(**filters)] == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"pattern": "*two*"}, ["two_net"]),
        ({"task": "pair"}, ["any_net", "beta_net", "two_net"]),
        ({"task": "many"}, ["any_net", "beta_net"]),
        ({"tag": "small"}, ["two_net"]),
        ({"distribution": "beta"}, ["beta_net"]),
        ({"deprecated": True, "task": "pair", "pattern": "[ot]*"}, ["old_net", "two_net"]),
        ({"tag": "nothing"}, []),
    ],
    ids=str,
)
def test_models_pass_all_filters(host, filters, expected):
    assert modelzoo.list_models(**filters) == expected


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("pair", ["cats", "folder"]),
        ("many", ["cats", "digits", "folder"]),
        ("number", ["ages"]),
    ],
)
def test_datasets_of_a_task_are_those_with_labels_for_it(host, task, expected):
    assert modelzoo.list_datasets(task=task) == expected


def test_a_filter_by_an_unknown_task_is_no_empty_list(host):
    with pytest.raises(UnknownNameError, match="no task named 'pear'.*Did you mean 'pair'"):
        modelzoo.list_models(task="pear")


def test_a_list_of_another_kind_is_refused(host):
    with pytest.raises(InvalidSpecError, match="'models' is not a kind"):
        list_entries("models")


def test_a_name_is_found_with_its_provenance(host):
    assert find("model", "Two-Net").full_name == "acme/two_net"


@pytest.mark.parametrize("name", ["old_net", "older_net", "acme/old-net"])
def test_a_deprecated_name_works_and_warns(host, name):
    with pytest.warns(FutureWarning, match=f"Model '{name}' is deprecated: Use two_net"):
        assert find("model", name).spec.name == "old_net"


def test_the_warning_points_to_the_caller(host):
    with pytest.warns(FutureWarning) as caught:
        find("model", "old_net")
    assert caught[0].filename == __file__


def test_a_name_that_is_not_deprecated_does_not_warn(host):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        find("model", "two_net")


def test_an_unknown_name_is_an_error(host):
    with pytest.raises(UnknownNameError, match="There is a dataset of that name"):
        find("model", "cats")


def test_plugins_are_listed_with_what_became_of_them(host):
    assert [(each.distribution, each.name, each.status) for each in modelzoo.list_plugins()] == [
        ("acme", "zoo", "loaded"),
        ("beta", "zoo", "loaded"),
    ]


def test_all_threads_ask_one_host():
    hosts = []
    threads = [threading.Thread(target=lambda: hosts.append(default_host())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(hosts) == {default_host()}
