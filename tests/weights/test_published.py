"""Weights that a publisher's own library fetches, and what a folder is taken for."""

import dataclasses
import json

import numpy as np
import pytest

import modelzoo
from modelzoo import WeightsSpec
from modelzoo.errors import WeightsError
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
