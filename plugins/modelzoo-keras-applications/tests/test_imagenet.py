"""ImageNet weights: downloaded as Keras does, and giving what Keras's own networks give."""

import h5py
import keras
import numpy as np
import pytest
from modelzoo_keras_applications import imagenet
from modelzoo_keras_applications.make_table import requested_file
from modelzoo_keras_applications.table import rows

import modelzoo
from modelzoo.errors import WeightsError


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Names, addresses and hashes that Keras is asked for; the files are in ``tmp_path``."""
    get_file = keras.utils.get_file
    cache = tmp_path / "keras"
    cache.mkdir()
    asked = []

    def from_here(fname, origin, *, cache_subdir, file_hash):
        asked.append((origin, fname, file_hash))
        return get_file(
            fname, (tmp_path / fname).as_uri(), cache_subdir=cache_subdir, cache_dir=str(cache)
        )

    monkeypatch.setattr(keras.utils, "get_file", from_here)
    return asked


def of_keras(network, path, monkeypatch, **settings):
    """Keras's own network with ``weights="imagenet"``, for which it gets this file."""
    with monkeypatch.context() as patch:
        patch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(path))
        return network.function(weights="imagenet", input_shape=network.spec.input_shape)


def test_outputs_equal_those_of_keras(network, precisely, published, asked, monkeypatch):
    images = network.images()
    theirs = of_keras(network, published, monkeypatch)
    expected = theirs.predict(network.preprocessed(images), verbose=0)
    del theirs
    assert expected.max() > 0.02  # else the tolerance would say little
    assert np.abs(expected[0] - expected[1]).max() > 0.005
    ours = modelzoo.get(network.name, task="multiclass", weights="imagenet")
    np.testing.assert_allclose(ours.predict(images, verbose=0), expected, rtol=0, atol=1e-4)


def test_keras_asks_for_the_files_of_the_table(network):
    architecture = network.function.__name__
    [side, *_] = network.spec.input_shape
    first = rows()[architecture].published[0]._asdict()
    assert {each: first[each] for each in ("url", "file", "hash")} == requested_file(
        architecture, side
    )


@pytest.mark.parametrize(
    ("architecture", "name", "side", "options"),
    [
        ("MobileNet", "imagenet_025_128", 128, {"alpha": 0.25}),
        ("MobileNetV2", "imagenet_140_224", 224, {"alpha": 1.4}),
        ("MobileNetV2", "imagenet_035_96", 96, {"alpha": 0.35}),
        ("MobileNetV3Small", "imagenet_075", 224, {"alpha": 0.75}),
        ("MobileNetV3Large", "imagenet_minimalistic", 224, {"minimalistic": True}),
    ],
)
def test_weights_of_an_option_are_those_that_keras_asks_for(architecture, name, side, options):
    [found] = [each for each in rows()[architecture].published if each.name == name]
    asked = requested_file(architecture, side, **options)
    assert (found.url, found.file, found.hash) == (asked["url"], asked["file"], asked["hash"])


def test_every_file_has_a_hash_but_those_that_keras_knows_none_of():
    without = {
        architecture
        for architecture, row in rows().items()
        for each in row.published
        if not each.hash
    }
    assert without == {"MobileNet", "MobileNetV2"}


def small(path, function=keras.applications.MobileNetV3Small, **settings):
    """A file as Keras publishes it, of random weights."""
    network = function(weights=None, **settings)
    with h5py.File(path, "w") as file:
        keras.src.legacy.saving.legacy_h5_format.save_weights_to_hdf5_group(file, network)
    return network


@pytest.mark.parametrize("architecture", ["MobileNetV3Small", "NASNetMobile", "MobileNetV2"])
def test_weights_are_fetched_by_the_name_and_hash_of_the_table(tmp_path, asked, architecture):
    published = rows()[architecture].published[0]
    (tmp_path / published.file).write_bytes(b"weights")
    [weights] = [
        each
        for name in modelzoo.list_models("keras_*")
        for each in modelzoo.find("model", name).spec.weights
        if (each.name, each.url) == ("imagenet", published.url)
    ]
    assert imagenet.fetch(weights).read_bytes() == b"weights"
    assert asked == [(published.url, published.file, published.hash or None)]


@pytest.mark.parametrize(("task", "classes"), [(None, None), ("binary", None), ("multiclass", 10)])
def test_another_head_takes_the_backbone_alone(tmp_path, task, classes):
    theirs = small(tmp_path / "local.h5", keras.applications.MobileNetV2)
    model = modelzoo.get(
        "keras_mobilenet_v2", task=task, num_classes=classes, weights=tmp_path / "local.h5"
    )
    for ours, their in zip(model.get_layer("backbone").weights, theirs.weights, strict=False):
        np.testing.assert_array_equal(ours, their)


def test_a_file_without_the_classifier_fills_the_backbone_at_any_size(tmp_path):
    theirs = small(tmp_path / "notop.h5", keras.applications.ResNet50, include_top=False)
    model = modelzoo.get("keras_resnet50", input_shape=(64, 96, 3), weights=tmp_path / "notop.h5")
    for ours, their in zip(model.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(ours, their)


@pytest.mark.parametrize("include_top", [True, False])
def test_a_vgg_without_dense_layers_takes_the_convolutions_at_any_size(tmp_path, include_top):
    theirs = small(
        tmp_path / "vgg.h5",
        keras.applications.VGG16,
        include_top=include_top,
        input_shape=(32, 32, 3),
    )
    model = modelzoo.get(
        "keras_vgg16",
        task="multiclass",
        input_shape=(48, 64, 3),
        fully_connected=False,
        weights=tmp_path / "vgg.h5",
    )
    backbone = model.get_layer("backbone")
    assert len(backbone.weights) == 26
    for ours, their in zip(backbone.weights, theirs.weights, strict=False):
        np.testing.assert_array_equal(ours, their)


def test_dense_layers_of_a_vgg_for_other_images_are_refused_with_what_to_do(tmp_path):
    small(tmp_path / "vgg.h5", keras.applications.VGG16, input_shape=(64, 64, 3))
    with pytest.raises(WeightsError) as raised:
        modelzoo.get("keras_vgg16", input_shape=(32, 32, 3), weights=tmp_path / "vgg.h5")
    message = str(raised.value)
    assert "layer 'fc1' has weights of shape (2048, 4096), (4096,), expected (512, 4096)" in message
    assert "with the option fully_connected=False there are none" in message


def test_a_mobilenet_v3_without_its_last_convolution_is_refused(tmp_path):
    small(tmp_path / "no_top.h5", include_top=False)
    with pytest.raises(WeightsError, match=r"has to be a file with the classifier"):
        modelzoo.get("keras_mobilenet_v3_small", weights=tmp_path / "no_top.h5")


def test_weights_of_another_network_are_refused(tmp_path):
    small(tmp_path / "small.h5")
    with pytest.raises(WeightsError, match="A published file is for one network"):
        modelzoo.get("keras_mobilenet_v3_large", weights=tmp_path / "small.h5")


def test_the_colours_of_an_efficientnet_come_back_from_saved_weights(tmp_path):
    theirs = small(tmp_path / "local.h5", keras.applications.EfficientNetB0)
    with h5py.File(tmp_path / "local.h5", "a") as file:
        group = file["normalization"]
        mean, variance, _ = group.attrs["weight_names"]
        group[mean][:] = [0.4, 0.5, 0.6]
        group[variance][:] = [0.3, 0.2, 0.1]
    del theirs
    model = modelzoo.get("keras_efficientnet_b0", weights=tmp_path / "local.h5")
    folder = tmp_path / "saved"
    folder.mkdir()
    modelzoo.weights.save_weights(folder, model, {})
    again = modelzoo.get("keras_efficientnet_b0", weights=folder)
    images = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    np.testing.assert_allclose(again(images), model(images), atol=1e-5)
