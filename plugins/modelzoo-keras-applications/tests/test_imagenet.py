"""ImageNet weights: downloaded as Keras does, and giving what Keras's own networks give."""

import hashlib

import h5py
import keras
import numpy as np
import pytest
from modelzoo_keras_applications import imagenet
from modelzoo_keras_applications.make_table import requested_file
from modelzoo_keras_applications.table import rows

import modelzoo
from modelzoo.errors import DownloadError, WeightsError


@pytest.fixture
def download(monkeypatch, tmp_path, server):
    """Let ``keras.utils.get_file`` download from the loopback server, into a cache of its own."""
    address, _ = server
    of_keras = keras.utils.get_file
    cache = tmp_path / "keras"
    cache.mkdir()

    def get_file(fname, origin, **settings):
        assert origin.startswith("https://storage.googleapis.com/")
        return of_keras(fname, f"{address}/{fname}", cache_dir=str(cache), **settings)

    monkeypatch.setattr(keras.utils, "get_file", get_file)


@pytest.fixture
def declare(monkeypatch):
    """Declares the hash of a file, in place of that of the file which Keras publishes."""

    def declare(architecture, path):
        table = rows()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "md5").hexdigest()
        first, *more = table[architecture].published
        row = table[architecture]._replace(published=(first._replace(hash=digest), *more))
        monkeypatch.setattr(imagenet, "rows", lambda: table | {architecture: row})

    return declare


def of_keras(network, path, monkeypatch, **settings):
    """Keras's own network with ``weights="imagenet"``, for which it gets this file."""
    with monkeypatch.context() as patch:
        patch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(path))
        return network.function(weights="imagenet", input_shape=network.spec.input_shape)


def test_outputs_equal_those_of_keras(network, published, download, declare, monkeypatch):
    declare(network.function.__name__, published)
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


def weights_of(name):
    return modelzoo.find("model", name).spec.weights[0]


def test_a_download_is_kept_where_keras_keeps_it(tmp_path, download, declare, server):
    weights = weights_of("keras_mobilenet_v3_small")
    name = rows()["MobileNetV3Small"].published[0].file
    small(tmp_path / name)
    declare("MobileNetV3Small", tmp_path / name)
    path = imagenet.fetch(weights)
    assert path == tmp_path / "keras" / "models" / name
    assert path.read_bytes() == (tmp_path / name).read_bytes()
    assert imagenet.fetch(weights) == path
    assert len(server[1]) == 1


def test_the_progress_of_a_download_is_no_result(tmp_path, download, declare, capsys):
    weights = weights_of("keras_mobilenet_v3_small")
    path = tmp_path / rows()["MobileNetV3Small"].published[0].file
    path.write_bytes(b"of any content")
    declare("MobileNetV3Small", path)
    imagenet.fetch(weights)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Downloading data from" in captured.err


def test_another_file_than_keras_declares_is_refused(tmp_path, download):
    weights = weights_of("keras_mobilenet_v3_small")
    name = rows()["MobileNetV3Small"].published[0].file
    (tmp_path / name).write_bytes(b"of another content")
    with pytest.raises(DownloadError) as raised:
        imagenet.fetch(weights)
    assert str(raised.value).startswith(f"{name} can't be downloaded: Incomplete or corrupted file")
    assert f"download {weights.url} yourself" in str(raised.value)


def test_a_download_that_fails_is_told_with_what_to_do(tmp_path, download):
    weights = weights_of("keras_resnet50")
    with pytest.raises(DownloadError, match="404") as raised:
        imagenet.fetch(weights)
    assert "pass weights='PATH/OF/THE/FILE'" in str(raised.value)
    assert not list((tmp_path / "keras" / "models").iterdir())


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
