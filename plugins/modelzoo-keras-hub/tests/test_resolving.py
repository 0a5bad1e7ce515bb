"""Which model a name stands for, and what is said of one that is none."""

import subprocess
import sys

import pytest
from modelzoo_keras_hub import resolving
from modelzoo_keras_hub.architectures import ARCHITECTURES
from modelzoo_keras_hub.table import presets

import modelzoo
from modelzoo.errors import UnknownNameError

HEAVY = {"tensorflow", "keras", "keras_hub", "kagglehub", "huggingface_hub", "numpy"}


def spec(name):
    return modelzoo.find("model", name).spec


@pytest.mark.parametrize("name", sorted([*presets(), *ARCHITECTURES]))
def test_every_preset_and_architecture_has_a_spec(name):
    found = spec(f"keras_hub/{name}")
    assert found.name == f"keras_hub/{name}"
    assert found.features > 0
    assert found.parameters > 0
    assert min(found.input_shape[:2]) >= found.min_size


def test_a_preset_says_what_is_known_of_it():
    found = spec("keras_hub/resnet_v2_50_imagenet")
    assert (found.input_shape, found.features, found.parameters) == ((224, 224, 3), 2048, 23545792)
    assert (found.paper, found.licence) == ("arXiv:1603.05027", "Apache-2.0")
    # Images of 0 to 255 become -1 to 1.
    assert found.scale == pytest.approx((1 / 127.5,) * 3)
    assert found.offset == pytest.approx((-1.0,) * 3)
    assert found.for_task("multiclass").num_classes == 1000
    [weights] = found.weights
    assert weights.url == (
        "https://www.kaggle.com/models/keras/resnetv2/keras/resnet_v2_50_imagenet/3"
    )
    assert weights.licence == "Apache-2.0"
    assert "timm/resnetv2_50.a1h_in1k" in weights.summary


@pytest.mark.parametrize("name", ["keras-hub/ResNet-18-ImageNet", "KERAS_HUB/resnet_18_imagenet"])
def test_a_name_is_read_as_the_zoo_reads_names(name):
    assert spec(name).name == "keras_hub/resnet_18_imagenet"


def test_the_full_name_is_understood():
    assert spec("modelzoo-keras-hub/keras_hub/resnet").name == "keras_hub/resnet"


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("keras_hub/resnet_19_imagenet", "keras_hub/resnet_18_imagenet"),
        ("keras_hub/mobilnet", "keras_hub/mobilenet"),
        ("keras_hub/ViT_base_patch16_imagenet", "keras_hub/vit_base_patch16_224_imagenet"),
    ],
)
def test_an_unknown_name_is_refused_with_close_matches(name, match):
    with pytest.raises(UnknownNameError, match=f"Did you mean .*'{match}'"):
        modelzoo.find("model", name)


def test_a_name_that_is_like_none_is_refused_with_what_to_read():
    with pytest.raises(UnknownNameError, match="The README of modelzoo-keras-hub has all presets"):
        modelzoo.find("model", "keras_hub/zzz")


@pytest.mark.parametrize(("kind", "name"), [("dataset", "keras_hub/resnet"), ("model", "other/x")])
def test_other_names_are_left_alone(kind, name):
    with pytest.raises(UnknownNameError, match="There is no"):
        modelzoo.find(kind, name)


@pytest.mark.parametrize(
    ("name", "handle", "page"),
    [
        ("hf/Owner/Some-Net", "hf://Owner/Some-Net", "https://huggingface.co/Owner/Some-Net"),
        (
            "kaggle/keras/vgg/keras/vgg_11_imagenet/3",
            "kaggle://keras/vgg/keras/vgg_11_imagenet/3",
            "https://www.kaggle.com/models/keras/vgg/keras/vgg_11_imagenet/3",
        ),
    ],
)
def test_a_preset_is_named_by_its_address(name, handle, page):
    found = spec(f"keras_hub/{name}")
    assert found.name == f"keras_hub/{name}"
    assert found.options == {"preset": handle}
    assert found.weights[0].url == page


@pytest.mark.parametrize("name", ["hf/owner", "hf/a/b/c", "kaggle/a/b"])
def test_an_address_that_is_none_is_refused(name):
    with pytest.raises(UnknownNameError, match="KerasHub has no image model"):
        modelzoo.find("model", f"keras_hub/{name}")


@pytest.mark.parametrize("name", ["a/b", "9"])
def test_what_can_be_no_preset_is_not_tried_in_a_newer_library(monkeypatch, name):
    monkeypatch.setattr(resolving, "library_is_newer", lambda: True)
    with pytest.raises(UnknownNameError, match="KerasHub has no image model"):
        modelzoo.find("model", f"keras_hub/{name}")


def test_a_preset_of_a_newer_library_is_tried(monkeypatch):
    monkeypatch.setattr(resolving, "library_is_newer", lambda: True)
    found = spec("keras_hub/resnet_9000_imagenet")
    assert found.options == {"preset": "resnet_9000_imagenet"}
    assert found.weights[0].url == "https://keras.io/keras_hub/presets/#resnet_9000_imagenet"


@pytest.mark.parametrize(
    ("installed", "newer"),
    [("0.32.0", False), ("0.31.9", False), ("0.32.1", True), ("0.100.0", True), ("1.0", True)],
)
def test_a_library_is_newer_than_the_table_by_its_version(installed, newer, monkeypatch):
    from modelzoo_keras_hub import table

    monkeypatch.setattr(table, "version", lambda name: installed)
    assert table.library_is_newer() is newer


def test_a_spec_is_found_without_importing_anything_heavy():
    code = "import modelzoo; modelzoo.find('model', 'keras_hub/resnet_18_imagenet').spec.to_dict()"
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr[-2000:]
    lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert imported.isdisjoint(HEAVY)
    assert "modelzoo_keras_hub" in imported
