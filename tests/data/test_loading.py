import sys
from types import ModuleType

import numpy as np
import pytest

from modelzoo.data import ArraySplit, Dataset, load_dataset
from modelzoo.data.loading import check_labels
from modelzoo.errors import DatasetError, IncompatibleError, LabelError, OptionError
from modelzoo.registry import DatasetSpec, PluginHost, hookimpl


@pytest.fixture
def loaded(monkeypatch):
    """Registers a dataset of four images whose loader returns what the test says."""

    def register(returned, **fields):
        module = ModuleType("a_loader")
        module.load = lambda *, task, data_dir, shade=0: returned
        plugin = ModuleType("a_plugin")
        spec = {"summary": "Four images", "loader": "a_loader:load", "task": "multiclass"}
        spec = DatasetSpec(name="four", **{**spec, **fields})
        plugin.modelzoo_datasets = hookimpl(lambda: [spec], specname="modelzoo_datasets")
        monkeypatch.setitem(sys.modules, "a_loader", module)
        monkeypatch.setitem(sys.modules, "a_plugin", plugin)
        builtins = {"four": "a_plugin", "tasks": "modelzoo.builtin.tasks.plugin"}
        host = PluginHost(builtins=builtins, installed=())
        monkeypatch.setattr("modelzoo.registry.queries._host", host)

    return register


def dataset(labels, classes=("a", "b", "c")):
    split = ArraySplit(np.zeros((len(labels), 4, 4, 1), np.uint8), np.array(labels))
    return Dataset(name="four", splits={"train": split}, classes=classes)


def test_a_dataset_is_loaded_for_its_own_task(loaded):
    loaded(dataset([0, 1, 2, 0]))
    assert load_dataset("four").classes == ("a", "b", "c")


def test_an_unknown_option_is_refused_with_those_there_are(loaded):
    loaded(dataset([0, 1, 2, 0]))
    with pytest.raises(OptionError, match=r"has no option 'shadow'. Its options are: shade\."):
        load_dataset("four", shadow=1)


def test_a_loader_that_takes_any_option_gets_it(loaded):
    loaded(None)
    sys.modules["a_loader"].load = lambda *, task, data_dir, shade=0, **options: dataset(
        [0, 1, 2, shade], classes=tuple(options["names"])
    )
    assert load_dataset("four", shade=1, names="xyz").classes == ("x", "y", "z")


def test_a_dataset_that_needs_a_place_says_how_to_give_it(loaded):
    loaded(dataset([0, 1, 2, 0]), needs_data_dir=True)
    with pytest.raises(DatasetError, match="data_dir='PATH', or --data-dir PATH"):
        load_dataset("four")


def test_labels_of_another_kind_are_refused_before_loading(loaded):
    loaded(None)
    with pytest.raises(IncompatibleError, match="has labels of kind 'class', but task 'regression"):
        load_dataset("four", task="regression")


def test_three_classes_are_too_many_for_a_binary_task(loaded):
    loaded(dataset([0, 1, 2, 0]))
    with pytest.raises(IncompatibleError, match="has 3 classes, but task 'binary' takes 2"):
        load_dataset("four", task="binary")


def test_a_loader_that_returns_something_else_is_named(loaded):
    loaded([1, 2])
    with pytest.raises(DatasetError, match="a_loader:load, returned a list, expected a modelzoo"):
        load_dataset("four")


@pytest.mark.parametrize("labels", [[0, 1, 2, 3], [-1, 0, 1, 2]])
def test_labels_out_of_range_are_named_with_their_split(loaded, labels):
    loaded(dataset(labels))
    with pytest.raises(LabelError, match=r"Split 'train' of dataset 'four': Label .* out of range"):
        load_dataset("four")


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("class", [0, 1, 2]),
        ("class", [[0], [1]]),
        ("multi_hot", [[0, 1, 1], [0, 0, 0]]),
        ("value", [[0.5, -1e9, 3], [0, 0, 0]]),
    ],
)
def test_labels_of_each_kind_are_let_through(kind, labels):
    check_labels(np.array(labels), kind, 3)


def test_a_single_value_needs_no_column():
    check_labels(np.array([0.5, 1.5]), "value", 1)


@pytest.mark.parametrize(
    ("kind", "labels", "message"),
    [
        ("class", [0.5, 1], "expected one class index"),
        ("class", [float("nan"), 1], "expected one class index"),
        ("class", ["a", "b"], "expected one class index"),
        ("multi_hot", [[0, 1]], r"shape \(1, 2\), expected \(1, 3\)"),
        ("multi_hot", [0, 1, 1], r"shape \(3,\), expected \(3, 3\)"),
        ("multi_hot", [[0, 1, 2]], "A label is 2, expected 0 or 1"),
        ("value", [[0, 1]], r"shape \(1, 2\), expected \(1, 3\)"),
        ("value", [[0, float("nan"), 1]], "NaN, infinity or text"),
        ("value", [["a", "b", "c"]], "NaN, infinity or text"),
    ],
)
def test_labels_of_another_kind_are_named(kind, labels, message):
    with pytest.raises(LabelError, match=message):
        check_labels(np.array(labels), kind, 3)
