"""How backbones are built: their options, their features, and what can't be built."""

import subprocess
import sys

import numpy as np
import pytest
from modelzoo_keras_hub.architectures import ARCHITECTURES

import modelzoo
from modelzoo.errors import IncompatibleError, OptionError

MAPS = {
    "cspnet": (16, 16),
    "densenet": (8, 52),
    "efficientnet": (16, 1280),
    "hgnetv2": (8, 24),
    "mit": (8, 16),
    "mobilenet": (8, 24),
    "mobilenetv5": (16, 32),
    "resnet": (8, 8),
    "vgg": (7, 2),
    "vit_det": (4, 8),
    "xception": (15, 24),
}
VECTORS = {"deit": 16, "dinov2": 16, "dinov3": 16, "swin_transformer": 16, "vit": 16}


def build(name, tiny, size, **options):
    return modelzoo.get(
        f"keras_hub/{name}", input_shape=(size, size, 3), **{**tiny(name), **options}
    )


@pytest.mark.parametrize("name", sorted(MAPS))
def test_convolutions_give_a_map(name, tiny, size):
    side, width = MAPS[name]
    assert build(name, tiny, size(name)).output_shape == (None, side, side, width)


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_tokens_give_a_vector(name, tiny, size):
    assert build(name, tiny, size(name)).output_shape == (None, VECTORS[name])


def test_every_architecture_is_tested_as_one_or_the_other():
    assert sorted([*MAPS, *VECTORS]) == sorted(ARCHITECTURES)


@pytest.mark.parametrize(
    ("name", "classifier", "width"),
    [
        ("mobilenet", {"num_features": 12}, 12),
        ("hgnetv2", {"head_filters": 12}, 12),
        ("vgg", {"pooling_hidden_dim": 12}, 12),
        ("vit", {"intermediate_dim": 12}, 12),
        ("vit", {"pooling": "gap"}, 16),
        ("resnet", {"pooling": "max"}, 8),
        ("resnet", {}, 8),
    ],
)
def test_the_features_can_be_those_of_the_classifier(name, classifier, width, tiny, size):
    assert build(name, tiny, size(name), classifier=classifier).output_shape == (None, width)


def test_grey_images_can_be_used():
    model = modelzoo.get("keras_hub/mobilenet", task="multiclass", input_shape=(32, 32, 1))
    assert np.isfinite(np.asarray(model(np.zeros((1, 32, 32, 1), np.uint8)))).all()


def test_a_preset_takes_colour_images_only():
    with pytest.raises(IncompatibleError, match="takes images with 3 channels"):
        modelzoo.get("keras_hub/resnet_18_imagenet", input_shape=(64, 64, 1))


def test_an_unknown_option_is_refused_with_those_that_there_are(tiny):
    with pytest.raises(OptionError, match=r"no argument 'depth'; its arguments are block_type, "):
        build("resnet", tiny, 64, depth=3)


def test_an_unknown_option_of_the_classifier_is_refused(tiny):
    match = "MobileNetImageClassifier of KerasHub has no argument 'width'; its arguments are "
    with pytest.raises(OptionError, match=match):
        build("mobilenet", tiny, 64, classifier={"width": 3})


def test_a_classifier_of_an_architecture_without_one_is_refused(tiny):
    with pytest.raises(OptionError, match="KerasHub has no classifier for DINOV2Backbone"):
        build("dinov2", tiny, 28, classifier={})


def test_a_value_that_keras_hub_refuses_is_told_in_its_words(tiny):
    with pytest.raises(OptionError, match="`block_type` must be either"):
        build("resnet", tiny, 64, block_type="round")


def test_images_that_do_not_fall_into_patches_are_refused(tiny):
    with pytest.raises(OptionError, match="should be divisible by patch size"):
        build("vit", tiny, 40)


def test_a_missing_library_is_named_with_the_command_that_installs_it():
    code = (
        "import sys, modelzoo\n"
        "sys.modules['keras_hub'] = None\n"
        "try:\n"
        "    modelzoo.get('keras_hub/resnet')\n"
        "except modelzoo.errors.MissingLibraryError as error:\n"
        "    print(error)\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "needs the library 'keras_hub', which is not installed" in process.stdout
    assert "pip install keras-hub" in process.stdout
