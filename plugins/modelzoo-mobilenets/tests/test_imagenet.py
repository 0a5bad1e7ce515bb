"""Published weight files: what a whole one gives, what another gets, and where it comes from."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras_networks import FUNCTIONS, images, in_float64, move, of_keras, scaled, write_published
from modelzoo_mobilenets import imagenet
from modelzoo_mobilenets.imagenet import MD5

import modelzoo
from modelzoo.errors import DownloadError, WeightsError
from modelzoo.weights import load_keras_file, load_named_weights

# Name, and what makes it in Keras.
SMALL = {
    "mobilenet_v2_035_96": ("mobilenet_v2", {"alpha": 0.35}),
    "mobilenet_v3_small_100_224": ("mobilenet_v3_small", {}),
    "mobilenet_v3_small_minimalistic_100_224": ("mobilenet_v3_small", {"minimalistic": True}),
}
LARGE = {
    "mobilenet_v2_140_224": ("mobilenet_v2", {"alpha": 1.4}),
    "mobilenet_v3_large_075_224": ("mobilenet_v3_large", {"alpha": 0.75}),
    "mobilenet_v3_large_100_224": ("mobilenet_v3_large", {}),
    "mobilenet_v3_large_minimalistic_100_224": ("mobilenet_v3_large", {"minimalistic": True}),
}
PUBLISHED = modelzoo.list_models(distribution="modelzoo-mobilenets", tag="imagenet")


def spec_of(name):
    return modelzoo.find("model", name).spec


def published(name, folder, *, top=True):
    """Keras's network with random weights, and a file of it."""
    theirs, options = {**SMALL, **LARGE}[name]
    size = spec_of(name).input_shape[0]
    network = move(of_keras(theirs, size, **options), scaled(images(size)))
    layers = network.layers
    if not top:
        layers = [each for each in layers if each.name not in ("conv_2", "logits", "predictions")]
    return network, write_published(folder / f"{name}.h5", layers)


@pytest.mark.parametrize(
    "name", [*SMALL, *(pytest.param(each, marks=pytest.mark.slow) for each in LARGE)]
)
def test_probabilities_equal_those_of_keras_applications(name, tmp_path):
    # In float32, what is rounded in many layers comes near to a bound that says something. Heads
    # are in float32 all the same.
    with in_float64():
        theirs, path = published(name, tmp_path)
        ours = modelzoo.get(name, task="multiclass", weights=path)
        x = images(spec_of(name).input_shape[0])
        made, expected = ours(x), theirs(scaled(x))
    assert np.std(expected, axis=0).max() > 0.01  # else 1e-5 would say little
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_images_are_scaled_as_keras_applications_scales_them(name):
    model = modelzoo.get(name)
    values = np.arange(256, dtype=np.uint8)
    ours = model.get_layer("rescale")(values)
    if name.startswith("mobilenet_v2"):
        theirs = keras.applications.mobilenet_v2.preprocess_input(values.astype(np.float32))
    else:
        network = FUNCTIONS["mobilenet_v3_small"]((32, 32, 3), weights=None)
        (rescaling,) = [each for each in network.layers if isinstance(each, keras.layers.Rescaling)]
        theirs = rescaling(values)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", SMALL)
def test_another_head_keeps_its_random_weights(name, tmp_path):
    _, path = published(name, tmp_path)
    model = modelzoo.get(name, task="multiclass", num_classes=10, weights=path)
    bare = modelzoo.get(name, weights=path)
    x = images(spec_of(name).input_shape[0])
    features = keras.Model(model.input, model.get_layer("logits").input)
    np.testing.assert_array_equal(features(x), bare(x))
    assert not np.asarray(model.get_layer("logits").bias).any()


def test_of_mobilenet_v2_a_file_without_classifier_fills_the_backbone(tmp_path):
    name = "mobilenet_v2_035_96"
    theirs, path = published(name, tmp_path, top=False)
    x = images(96)
    features = keras.Model(theirs.input, theirs.get_layer("predictions").input)
    ours = modelzoo.get(name, weights=path)
    expected = features(scaled(x))
    np.testing.assert_allclose(ours(x), expected, rtol=0, atol=5e-5 * np.max(expected))


def test_of_mobilenet_v3_a_file_without_classifier_lacks_a_layer(tmp_path):
    name = "mobilenet_v3_small_100_224"
    _, path = published(name, tmp_path, top=False)
    with pytest.raises(WeightsError) as raised:
        modelzoo.get(name, weights=path)
    assert str(raised.value) == (
        f"{path} does not belong to this model: it has 86 layers with weights, expected 87, or 88 "
        "with the classifier. A published file is for one width (alpha) and images of 3 channels. "
        "It has to be the one with the classifier: the one without (no_top) lacks the convolution "
        "after the pooling, which belongs to the backbone."
    )


def test_layers_may_have_the_names_of_older_versions_of_keras(tmp_path):
    name = "mobilenet_v3_small_100_224"
    theirs, path = published(name, tmp_path)
    older = tmp_path / "older.h5"
    names = [
        each.name.replace("_expand", "/expand").replace("_bn", "/BatchNorm").title()
        for each in theirs.layers
    ]
    write_published(older, theirs.layers, names=names)
    x = images(224)
    np.testing.assert_array_equal(
        modelzoo.get(name, task="multiclass", weights=older)(x),
        modelzoo.get(name, task="multiclass", weights=path)(x),
    )


def test_a_file_fits_the_network_of_any_size(tmp_path):
    _, path = published("mobilenet_v2_035_96", tmp_path)
    model = modelzoo.get("mobilenet_v2", alpha=0.35, input_shape=(64, 40, 3), weights=path)
    named = modelzoo.get("mobilenet_v2_035_96", weights=path)
    for ours, theirs in zip(model.weights, named.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("mobilenet_v2", {"alpha": 0.5}, "weights of shape (1, 1, 48, 8), expected (1, 1, 48, 16)"),
        (
            "mobilenet_v2",
            {"alpha": 0.35, "blocks": (1, 1, 1, 1, 1, 1, 1)},
            "it has 105 layers",
        ),
        ("mobilenet_v3_small", {}, "it has 105 layers"),
    ],
)
def test_weights_of_another_network_are_refused_and_change_nothing(
    tmp_path, name, options, message
):
    theirs = of_keras("mobilenet_v2", 32, alpha=0.35, classes=3)
    path = write_published(tmp_path / "weights.h5", theirs.layers)
    model = modelzoo.get(name, input_shape=(32, 32, 3), **options)
    before = model.get_weights()
    load = load_keras_file if name == "mobilenet_v2" else imagenet.load_mobilenet_v3
    with pytest.raises(WeightsError) as raised:
        load(path, model)
    assert message in str(raised.value)
    assert "A published file is for one " in str(raised.value)
    for ours, theirs in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_network_has_the_file_and_hash_that_keras_downloads(name, monkeypatch):
    spec = spec_of(name)
    function = FUNCTIONS[spec.builder.rpartition(":")[2]]
    asked = []

    class ReachedError(Exception):
        pass

    def get_file(fname, origin, *, cache_subdir, file_hash=None):
        asked.append((origin, fname, cache_subdir, file_hash))
        raise ReachedError

    monkeypatch.setattr(f"{function.__module__}.file_utils.get_file", get_file)
    with pytest.raises(ReachedError):
        function(spec.input_shape, **spec.options)
    monkeypatch.setattr("keras.utils.get_file", get_file)
    with pytest.raises(DownloadError):
        imagenet.fetch(*spec.weights)
    by_keras, by_us = asked
    assert by_us == by_keras


def test_of_mobilenet_v3_alone_hashes_are_known():
    without = {name for name in PUBLISHED if Path(spec_of(name).weights[0].url).name not in MD5}
    assert without == {name for name in PUBLISHED if name.startswith("mobilenet_v2")}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_network_of_any_size_has_the_weights_of_each_name(name):
    family, width, size = name.rsplit("_", 2)
    weights = {each.name: each.url for each in spec_of(family).weights}
    assert weights[f"imagenet_{width}_{size}"] == spec_of(name).weights[0].url
    assert weights["imagenet"] == spec_of(f"{family}_100_224").weights[0].url


def test_by_the_name_imagenet_the_published_file_is_fetched_and_read(tmp_path, monkeypatch):
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    name = "mobilenet_v2_035_96"
    _, path = published(name, tmp_path)
    spec = spec_of(name)
    weights = replace(spec.weights[0], url=path.as_uri())
    model = modelzoo.get(name, task="multiclass")
    load_named_weights(model, "imagenet", spec=replace(spec, weights=(weights,)))
    x = images(96)
    given = modelzoo.get(name, task="multiclass", weights=path)
    np.testing.assert_array_equal(model(x), given(x))
