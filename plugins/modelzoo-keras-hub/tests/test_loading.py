"""A preset's weights give what KerasHub's classifier gives, and what does not fit is refused."""

import json
import shutil

import h5py
import keras
import keras_hub
import numpy as np
import pytest
from hub_classifier import HubClassifier
from modelzoo_keras_hub.architectures import ARCHITECTURES

import modelzoo
from modelzoo.errors import WeightsError

# The generic classifier of vit_det has no preprocessing.
WITH_HEAD = sorted(
    name for name, each in ARCHITECTURES.items() if each.classifier and name != "vit_det"
)


# As the tiny classifiers scale their images.
SCALE, OFFSET = [0.02, 0.018, 0.017], [-2.0, -1.9, -1.8]


def close(found, expected, tolerance=1e-5):
    scale = np.abs(expected).max()
    assert np.abs(np.asarray(found) - expected).max() <= tolerance * scale


def from_folder(folder, size, **arguments):
    """The model of a preset in a folder, with its weights."""
    return modelzoo.get(
        "keras_hub/preset",
        preset=str(folder),
        weights=folder,
        input_shape=(size, size, 3),
        **arguments,
    )


@pytest.mark.parametrize("name", WITH_HEAD)
def test_a_preset_gives_the_probabilities_of_keras_hub_s_classifier(name, theirs, preset):
    model = from_folder(preset(name), theirs(name).size, task="multiclass", num_classes=5)
    images = theirs(name).images()
    close(model(images), theirs(name).probabilities(images))


def own_features(name, folder, images):
    """What KerasHub makes of a preset and scaled images, as far as it is features."""
    backbone = keras_hub.models.Backbone.from_preset(str(folder))
    given = keras.tree.map_structure(lambda _: images, backbone.input)
    outputs = keras.tree.map_structure(np.asarray, backbone(given, training=False))
    if name == "hgnetv2":
        return outputs["stage2"]
    if name == "swin_transformer":
        return outputs.mean(axis=1)
    return outputs[:, 0] if outputs.ndim == 3 else outputs


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_an_architecture_gives_the_features_of_keras_hub_s_backbone(name, theirs, tiny, tmp_path):
    them = theirs(name)
    them.backbone.save_to_preset(str(tmp_path))
    model = modelzoo.get(
        f"keras_hub/{name}", input_shape=(them.size, them.size, 3), weights=tmp_path, **tiny(name)
    )
    images = them.images()
    close(model(images), own_features(name, tmp_path, images.astype("float32") / 255))


@pytest.mark.parametrize(
    "name",
    [
        "mobilenet_v3_small_050_imagenet",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in (
                "csp_resnet_50_ra_imagenet",
                "deit_tiny_distilled_patch16_224_imagenet",
                "densenet_121_imagenet",
                "efficientnet2_rw_s_ra2_imagenet",
                "efficientnet_es_ra_imagenet",
                "efficientnet_lite0_ra_imagenet",
                "hgnetv2_b4_ssld_stage2_ft_in1k",
                "mobilenet_v3_large_100_imagenet_21k",
                "resnet_18_imagenet",
                "resnet_v2_50_imagenet",
                "resnet_vd_18_imagenet",
                "swin_tiny_patch4_window7_224",
                "vgg_11_imagenet",
                "vit_base_patch16_224_imagenet",
                "xception_41_imagenet",
            )
        ),
    ],
)
def test_a_published_network_gives_what_keras_hub_s_gives(name, full, tmp_path):
    them = full(name)
    model = modelzoo.get(
        f"keras_hub/{name}", task="multiclass", num_classes=1000, weights=them.save(tmp_path)
    )
    images = them.images(2)
    close(model(images), them.probabilities(images))


def test_the_backbone_is_loaded_with_a_head_for_other_classes_and_without_one(theirs, preset):
    images = theirs("resnet").images()
    expected = own_features("resnet", preset("resnet"), images * np.float32(SCALE) + OFFSET)
    close(from_folder(preset("resnet"), 64)(images), expected)
    model = from_folder(preset("resnet"), 64, task="multiclass", num_classes=3)
    features = model.get_layer("backbone")(model.get_layer("rescale")(images))
    close(features, expected)


def test_a_classifier_s_width_that_the_backbone_decides_may_be_left_out(tiny, tmp_path):
    """HGNetV2's saves the width that it took from its backbone."""
    them = HubClassifier("hgnetv2", classifier={}, scaling=(1 / 255, 0.0))
    model = modelzoo.get(
        "keras_hub/hgnetv2",
        task="multiclass",
        num_classes=5,
        input_shape=(them.size, them.size, 3),
        weights=them.save(tmp_path),
        classifier={},
        **tiny("hgnetv2"),
    )
    images = them.images()
    close(model(images), them.probabilities(images))


def test_weights_in_several_files_are_loaded(theirs, tmp_path):
    them = theirs("resnet")
    them.classifier.save_to_preset(str(tmp_path), max_shard_size=2e-4)
    assert not (tmp_path / "model.weights.h5").exists()
    model = from_folder(tmp_path, 64, task="multiclass", num_classes=5)
    close(model(them.images()), them.probabilities(them.images()))


def test_settings_of_training_may_differ(preset, tiny, theirs, tmp_path):
    theirs("vit").backbone.save_to_preset(str(tmp_path))
    model = modelzoo.get(
        "keras_hub/vit",
        input_shape=(32, 32, 3),
        weights=tmp_path,
        **{**tiny("vit"), "dropout_rate": 0.5},
    )
    images = theirs("vit").images()
    close(model(images), own_features("vit", tmp_path, images.astype("float32") / 255))


def refused(folder, name="resnet", *, size=64, match, tiny, **options):
    """The folder is refused, and the model is as it was."""
    from modelzoo.weights import load_named_weights

    given = {**tiny(name), **options}
    model = modelzoo.get(f"keras_hub/{name}", input_shape=(size, size, 3), **given)
    before = [np.asarray(each) for each in model.variables]
    with pytest.raises(WeightsError, match=match):
        load_named_weights(model, folder, spec=modelzoo.find("model", f"keras_hub/{name}").spec)
    after = [np.asarray(each) for each in model.variables]
    assert all(map(np.array_equal, before, after))


@pytest.fixture
def folder(theirs, tmp_path):
    """A preset of a ResNet's backbone, to be spoilt."""
    theirs("resnet").backbone.save_to_preset(str(tmp_path))
    return tmp_path


def test_a_folder_that_is_no_preset_is_refused(tmp_path, tiny):
    refused(tmp_path, match="is no preset of KerasHub: it has no config.json", tiny=tiny)


def test_a_preset_of_another_class_is_refused(folder, tiny):
    match = "is a preset of ResNetBackbone, but this model's backbone is a VGGBackbone"
    refused(folder, "vgg", size=32, match=match, tiny=tiny)


def test_a_preset_of_no_image_backbone_is_refused(folder, tiny):
    (folder / "config.json").write_text(json.dumps({"class_name": "BertBackbone", "config": {}}))
    refused(folder, match="is a preset of 'BertBackbone', which is none of", tiny=tiny)


def test_a_preset_with_another_argument_is_refused(folder, tiny):
    refused(
        folder,
        match=r"its backbone has use_pre_activation=False, this one use_pre_activation=True",
        tiny=tiny,
        use_pre_activation=True,
    )


def test_a_preset_for_images_scaled_otherwise_is_refused(preset, tiny):
    match = r"images that are multiplied by \[0.02, 0.018, 0.017\]"
    refused(preset("resnet"), match=match, tiny=tiny)


def test_a_preset_with_positions_of_another_size_is_refused(preset, theirs, tiny, tmp_path):
    theirs("vit").backbone.save_to_preset(str(tmp_path))
    match = r"weights for images \(32, 32, 3\).* Build it with input_shape=\(32, 32, 3\)"
    refused(tmp_path, "vit", size=48, match=match, tiny=tiny)


def test_a_preset_without_the_classifier_s_layers_is_refused(theirs, tiny, tmp_path):
    theirs("mobilenet").backbone.save_to_preset(str(tmp_path))
    match = "has no classifier, but the features of this model go through layers"
    refused(tmp_path, "mobilenet", match=match, tiny=tiny, classifier={"num_features": 12})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"class_name": "ResNetBackbone"}'])
def test_a_damaged_description_is_refused(folder, tiny, text):
    (folder / "config.json").write_text(text)
    refused(folder, match="config.json is damaged", tiny=tiny)


def test_a_preset_without_weights_is_refused(folder, tiny):
    (folder / "model.weights.h5").unlink()
    refused(folder, match="has no weights: expected model.weights.h5 or", tiny=tiny)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_truncated_weights_are_refused(folder, tiny, share):
    file = folder / "model.weights.h5"
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    refused(folder, match=r"model.weights.h5 \(\d+ bytes\) can't be loaded", tiny=tiny)


def test_weights_that_are_not_finite_are_refused(folder, tiny):
    with h5py.File(folder / "model.weights.h5", "r+") as file:
        arrays = []
        file.visititems(lambda _, each: arrays.append(each) if hasattr(each, "dtype") else None)
        arrays[-1][0] = np.nan
    refused(folder, match="has weights that are NaN or infinite", tiny=tiny)


def test_weights_of_another_network_are_refused(folder, theirs, tiny, tmp_path):
    other = tmp_path / "other"
    theirs("vgg").backbone.save_to_preset(str(other))
    shutil.copy(other / "model.weights.h5", folder)
    refused(folder, match="can't be loaded into this model", tiny=tiny)
