"""A run in which nothing but specs could be checked has failed."""

import numpy as np
import pytest

from modelzoo.testing import check_dataset, check_plugin
from modelzoo.testing.anything_checked import ANYTHING_CHECKED

PREAMBLE = """
from modelzoo import DatasetSpec, Family, RecipeSpec, hookimpl


def dataset(name, **fields):
    return DatasetSpec(
        name=name,
        summary="Photos",
        loader="modelzoo.builtin.npz.dataset:load",
        task="multiclass",
        **fields,
    )

"""
FOLDER = """
@hookimpl
def modelzoo_datasets():
    return [dataset("photos", needs_data_dir=True)]

"""
FAMILY = """
@hookimpl
def modelzoo_families():
    return [Family(kind="dataset", pattern="hub/N", summary="Photos", examples=("hub/photos",))]


@hookimpl
def modelzoo_resolve(kind, name):
    if (kind, name) == ("dataset", "hub/photos"):
        return dataset(name, download_bytes=None)

"""
RECIPE = """
@hookimpl
def modelzoo_recipes():
    return [RecipeSpec(name="quick", summary="S", model="mobilenet_v1_mini", dataset="shapes")]

"""
COMMAND = """
@hookimpl
def modelzoo_commands(app):
    app.command("sing")(lambda: None)

"""


@pytest.fixture
def photos(tmp_path):
    """A file of noise, as the datasets of these plugins are read from."""
    random = np.random.default_rng(0)
    arrays = {
        f"{axis}_{split}": values
        for split, count in {"train": 18, "test": 6}.items()
        for axis, values in {
            "x": random.integers(0, 256, (count, 8, 8, 3), np.uint8),
            "y": np.arange(count) % 3,
        }.items()
    }
    np.savez(tmp_path / "photos.npz", **arrays)
    return tmp_path / "photos.npz"


def failed(report):
    return {each.check: each.reason for each in report.of("failed")}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (FOLDER, "dataset photos: it has to be told where the data are: data_dir=PATH, --data-dir"),
        (FAMILY, "dataset hub/photos: it may have to download data of unknown size: download=True"),
        (FAMILY + FOLDER, "dataset photos: it has to be told"),
    ],
    ids=["a dataset", "a family", "both"],
)
def test_a_plugin_of_which_only_specs_are_checked_has_failed(install, source, reason):
    install("modelzoo-owls", PREAMBLE + source)
    report = check_plugin("modelzoo-owls")
    [check] = failed(report)
    assert check == ANYTHING_CHECKED
    assert f"nothing but specs was checked: {reason}" in failed(report)[check]
    assert report.outcomes[-1].subject == "plugin modelzoo-owls"


def test_it_passes_once_it_has_its_data(install, photos):
    install("modelzoo-owls", PREAMBLE + FOLDER + FAMILY)
    report = check_plugin("modelzoo-owls", data_dir=photos)
    assert report.ok, str(report)


def test_a_dataset_without_data_may_be_among_what_is_checked(install):
    install("modelzoo-owls", PREAMBLE + FOLDER + RECIPE)
    assert check_plugin("modelzoo-owls").ok


def test_what_failed_was_checked(install, tmp_path):
    install("modelzoo-owls", PREAMBLE + FOLDER)
    report = check_plugin("modelzoo-owls", data_dir=tmp_path / "nothing.npz")
    assert set(failed(report)) == {"loads", "labels_in_range"}


def test_a_plugin_that_registers_nothing_has_nothing_to_be_checked(install):
    install("modelzoo-owls", PREAMBLE + COMMAND)
    assert check_plugin("modelzoo-owls").ok


def test_the_listener_hears_that_nothing_was_checked(install):
    install("modelzoo-owls", PREAMBLE + FOLDER)
    heard = []
    assert list(check_plugin("modelzoo-owls", listener=heard.append).outcomes) == heard
    heard.clear()
    report = check_dataset("photos", listener=heard.append)
    assert report.outcomes == heard
    assert heard[-1].reason.startswith("nothing but the spec was checked: it has to be told")
