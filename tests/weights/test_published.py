"""Weights that a publisher's own library fetches, and what a folder is taken for."""

import dataclasses
import json
import sys

import numpy as np
import pytest

import modelzoo
from modelzoo import WeightsSpec
from modelzoo.errors import (
    DatasetError,
    DownloadError,
    MissingLibraryError,
    ReferenceLoadError,
    WeightsError,
)
from modelzoo.weights import load_named_weights, save_weights

HERE = "publisher_of_tests"


def spec(**weights):
    """A model with weights of which a library of the publisher's knows where they are."""
    published = WeightsSpec(name="ours", converter=f"{HERE}:convert", **weights)
    found = modelzoo.find("model", "mobilenet_v1_mini").spec
    return dataclasses.replace(found, weights=(published,))


@pytest.fixture
def publisher(tmp_path, monkeypatch):
    """A publisher's library, whose weights are a folder with a number."""
    module = tmp_path / "library" / f"{HERE}.py"
    module.parent.mkdir()
    module.write_text(
        "from pathlib import Path\n\n\n"
        "def fetch(weights):\n"
        "    return weights.url\n\n\n"
        "def convert(path, model):\n"
        "    number = float((path / 'number.txt').read_text())\n"
        "    for variable in model.variables:\n"
        "        variable.assign(0 * variable + number)\n"
    )
    monkeypatch.syspath_prepend(module.parent)
    monkeypatch.delitem(sys.modules, HERE, raising=False)
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "number.txt").write_text("0.25")
    return folder


@pytest.fixture
def model():
    return modelzoo.get("mobilenet_v1_mini", input_shape=(12, 12, 3))


def all_are(model, number):
    return all((np.asarray(each) == number).all() for each in model.variables)


def test_what_the_fetcher_returns_goes_to_the_converter(publisher, model):
    fetched = spec(url=str(publisher), fetcher=f"{HERE}:fetch")
    load_named_weights(model, "ours", spec=fetched)
    assert all_are(model, 0.25)


def test_a_folder_goes_to_the_converter_of_weights_that_are_fetched(publisher, model):
    load_named_weights(model, publisher, spec=spec(fetcher=f"{HERE}:fetch"))
    assert all_are(model, 0.25)


def test_a_folder_with_weights_of_ours_is_read_as_such(publisher, model):
    other = modelzoo.get("mobilenet_v1_mini", input_shape=(12, 12, 3))
    for variable in other.variables:
        variable.assign(0 * variable + 0.5)
    save_weights(publisher, other, {})
    load_named_weights(model, publisher, spec=spec(fetcher=f"{HERE}:fetch"))
    assert all_are(model, 0.5)


def test_the_folder_of_a_run_without_weights_is_not_taken_for_published_ones(publisher, model):
    (publisher / "run.json").write_text(json.dumps({}))
    with pytest.raises(WeightsError, match="Weights are two files"):
        load_named_weights(model, publisher, spec=spec(fetcher=f"{HERE}:fetch"))


def test_a_folder_is_none_of_weights_that_are_published_as_a_file(publisher, model):
    with pytest.raises(WeightsError, match="Weights are two files"):
        load_named_weights(model, publisher, spec=spec(url="https://example.org/weights.h5"))


# Publishers whose library fails


@pytest.fixture
def fetching(tmp_path, monkeypatch, model):
    """A function from the body of a fetcher to the error that loading its weights ends with."""

    def fetching(body, *, error):
        module = tmp_path / f"{HERE}.py"
        module.write_text(
            f"import json\nfrom modelzoo.errors import DatasetError\n\n\n"
            f"def fetch(weights):\n    {body}\n\n\n"
            "def convert(path, model):\n    raise AssertionError('there is nothing to convert')\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, HERE, raising=False)
        before = [np.asarray(each).copy() for each in model.variables]
        with pytest.raises(error) as caught:
            load_named_weights(model, "ours", spec=spec(fetcher=f"{HERE}:fetch"))
        for variable, value in zip(model.variables, before, strict=True):
            np.testing.assert_array_equal(variable, value)
        return str(caught.value)

    return fetching


WEIGHTS = "Weights 'ours' of 'mobilenet_v1_mini'"


def test_a_network_that_fails_is_nobody_s_fault(fetching):
    assert fetching("raise ConnectionError('no route')", error=DownloadError) == (
        f"{WEIGHTS} can't be fetched by '{HERE}:fetch': ConnectionError: no route. "
        "Try again, or download them yourself and pass weights='PATH'."
    )


def test_a_fetcher_that_raises_is_the_plugin_s_mistake(fetching):
    assert fetching("return json.nothing", error=WeightsError) == (
        f"{WEIGHTS} can't be fetched: '{HERE}:fetch' raised AttributeError: module 'json' has no "
        "attribute 'nothing'. This is a mistake of the plugin; tell its author."
    )


def test_a_library_that_a_fetcher_lacks_is_named_with_the_command_that_installs_it(fetching):
    assert fetching("import no_such_hub", error=MissingLibraryError) == (
        "weights 'ours' needs the library 'no_such_hub', which is not installed. "
        "Install it, for example with: pip install no-such-hub"
    )


def test_an_error_of_ours_comes_through_as_it_is(fetching):
    assert fetching("raise DatasetError('Say where.')", error=DatasetError) == "Say where."


@pytest.mark.parametrize("answer", ["None", "3", "['a', 'b']"])
def test_a_fetcher_that_returns_no_path_is_the_plugin_s_mistake(fetching, answer):
    assert fetching(f"return {answer}", error=WeightsError) == (
        f"{WEIGHTS} can't be loaded: '{HERE}:fetch' returned {answer}, expected the path of a "
        "file or folder. This is a mistake of the plugin; tell its author."
    )


def test_a_path_where_nothing_is_is_the_plugin_s_mistake(fetching):
    assert fetching("return '/no/such/file'", error=WeightsError) == (
        f"{WEIGHTS} can't be loaded: '{HERE}:fetch' returned '/no/such/file', where there is no "
        "file or folder. This is a mistake of the plugin; tell its author."
    )


def test_ctrl_c_in_a_fetcher_comes_through(fetching):
    fetching("raise KeyboardInterrupt", error=KeyboardInterrupt)


def test_a_fetcher_that_is_not_there_is_the_plugin_s_mistake(model):
    with pytest.raises(ReferenceLoadError, match="weights 'ours' names its code by 'json:fetch'"):
        load_named_weights(model, "ours", spec=spec(fetcher="json:fetch"))


def test_a_fetcher_is_called_with_the_spec_of_the_weights(publisher, model):
    asked = spec(url=str(publisher), fetcher=f"{HERE}:fetch", sha256="0" * 64)
    load_named_weights(model, "ours", spec=asked)
    assert all_are(model, 0.25)


def test_a_library_that_a_converter_lacks_is_named_with_the_command_that_installs_it(
    publisher, model
):
    module = publisher.parent / "library" / f"{HERE}.py"
    module.write_text("def convert(path, model):\n    import no_such_reader\n")
    with pytest.raises(MissingLibraryError) as caught:
        load_named_weights(model, publisher, spec=spec(fetcher=f"{HERE}:fetch"))
    assert str(caught.value) == (
        "weights 'ours' needs the library 'no_such_reader', which is not installed. "
        "Install it, for example with: pip install no-such-reader"
    )


def test_a_converter_that_raises_is_named_with_the_file(publisher, model):
    (publisher / "number.txt").write_text("a quarter")
    with pytest.raises(WeightsError) as caught:
        load_named_weights(model, publisher, spec=spec(fetcher=f"{HERE}:fetch"))
    assert str(caught.value) == (
        f"{publisher} can't be loaded as weights 'ours': '{HERE}:convert' raised ValueError: "
        "could not convert string to float: 'a quarter'. The file is damaged or of another model, "
        "or the plugin has a mistake; then tell its author."
    )
