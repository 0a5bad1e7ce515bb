"""Presets come from where their publisher keeps them, or the error says why they do not."""

import sys

import modelzoo_keras_hub.fetching as fetching
import numpy as np
import pytest
from modelzoo_keras_hub import resolving
from modelzoo_keras_hub.table import presets

import modelzoo
from modelzoo import WeightsSpec
from modelzoo.errors import (
    DownloadError,
    MissingLibraryError,
    UnknownNameError,
    WeightsError,
)

NAME = "mobilenet_v3_small_050_imagenet"
HANDLE = "keras/mobilenetv3/keras/mobilenet_v3_small_050_imagenet/1"


@pytest.fixture
def kaggle(tmp_path, monkeypatch):
    """An empty cache folder of kagglehub's, and nobody to ask for more."""
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))

    def nobody(*arguments, **named):
        raise ConnectionError("there is no network")

    monkeypatch.setattr("requests.sessions.Session.send", nobody)
    return tmp_path / "kagglehub"


@pytest.fixture
def published(kaggle, full):
    """KerasHub's classifier of a preset, which kagglehub has downloaded."""
    them = full(NAME)
    them.save(kaggle / "models" / HANDLE)
    (kaggle / "models" / f"{HANDLE}.complete").touch()
    return them


def same_probabilities(model, them):
    images = them.images(2)
    return np.allclose(np.asarray(model(images)), them.probabilities(images), atol=1e-5)


def test_the_handle_of_the_table_is_the_one_that_is_cached():
    assert presets()[NAME]["handle"] == f"kaggle://{HANDLE}"


@pytest.mark.parametrize("name", [NAME, f"kaggle/{HANDLE}"])
def test_weights_come_by_their_name_from_kaggle(published, name):
    model = modelzoo.get(f"keras_hub/{name}", task="multiclass", num_classes=1000, weights="preset")
    assert same_probabilities(model, published)


def test_a_preset_that_only_the_installed_library_knows_is_found_in_it(published, monkeypatch):
    known = {name: row for name, row in presets().items() if name != NAME}
    monkeypatch.setattr(resolving, "presets", lambda: known)
    monkeypatch.setattr(resolving, "library_is_newer", lambda: True)
    model = modelzoo.get(f"keras_hub/{NAME}", task="multiclass", num_classes=1000, weights="preset")
    assert modelzoo.find("model", f"keras_hub/{NAME}").spec.features is None
    assert same_probabilities(model, published)


def test_a_preset_that_not_even_the_library_knows_is_refused(monkeypatch):
    monkeypatch.setattr(resolving, "library_is_newer", lambda: True)
    with pytest.raises(UnknownNameError, match="has no preset 'resnet_9000_imagenet'"):
        modelzoo.get("keras_hub/resnet_9000_imagenet")


def test_weights_come_by_their_name_from_the_hugging_face_hub(theirs, tmp_path, monkeypatch):
    from huggingface_hub import constants

    cache, commit = tmp_path / "hub", 40 * "a"
    repository = cache / "models--owner--Some-Net"
    theirs("resnet").save(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    model = modelzoo.get(
        "keras_hub/hf/owner/Some-Net",
        task="multiclass",
        num_classes=5,
        input_shape=(64, 64, 3),
        weights="preset",
    )
    assert same_probabilities(model, theirs("resnet"))


def test_a_preset_that_can_not_be_fetched_is_told_with_what_to_do(kaggle):
    with pytest.raises(DownloadError, match="there is no network.* weights='FOLDER'"):
        modelzoo.get(f"keras_hub/{NAME}", weights="preset")


def test_a_download_that_was_cut_short_is_not_taken_for_a_preset(published, kaggle):
    (kaggle / "models" / f"{HANDLE}.complete").unlink()
    with pytest.raises(DownloadError, match="there is no network"):
        modelzoo.get(f"keras_hub/{NAME}", weights="preset")


@pytest.mark.parametrize("name", ["resnet", "efficientnet_es_ra_imagenet", "preset"])
def test_weights_without_an_address_are_told_with_what_to_do(name, theirs, tmp_path):
    options = {"preset": str(theirs("resnet").save(tmp_path))} if name == "preset" else {}
    with pytest.raises(WeightsError, match="gives no address .* weights='FOLDER'"):
        modelzoo.get(f"keras_hub/{name}", weights="preset", **options)


@pytest.mark.parametrize(
    ("handle", "library"),
    [("hf://owner/net", "huggingface_hub"), (f"kaggle://{HANDLE}", "kagglehub")],
)
def test_without_the_publisher_s_library_the_command_that_installs_it_is_told(
    monkeypatch, handle, library
):
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(MissingLibraryError) as caught:
        fetching.fetch(handle)
    assert str(caught.value) == (
        f"preset {handle} needs the library {library!r}, which is not installed. Install it, "
        f"for example with: pip install {library.replace('_', '-')}"
    )


def test_the_fetcher_takes_the_page_of_a_spec(published, kaggle):
    weights = WeightsSpec(
        name="preset", converter="a:b", url=f"https://www.kaggle.com/models/{HANDLE}"
    )
    assert fetching.fetch_preset(weights) == kaggle / "models" / HANDLE
