"""Weight files of ``keras.applications.MobileNet``: what a whole one gives, what a bad one gets."""

import re

import h5py
import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.errors import WeightsError
from modelzoo.weights import assign_keras_layers, load_keras_file, read_keras_layers

SMALL = "mobilenet_v1_025_128"


@pytest.fixture(scope="module")
def keras_mobilenet():
    """A function that makes a random MobileNet, its batch statistics random too."""
    made = {}

    def make(alpha, size):
        if (alpha, size) not in made:
            model = keras.applications.MobileNet((size, size, 3), alpha=alpha, weights=None)
            generator = np.random.default_rng(11)
            for layer in model.layers:
                if isinstance(layer, keras.layers.BatchNormalization):
                    shape = layer.gamma.shape
                    layer.gamma.assign(generator.uniform(0.5, 2.0, shape))
                    layer.beta.assign(generator.normal(0.5, 0.5, shape))
                    layer.moving_mean.assign(generator.normal(0.0, 0.2, shape))
                    layer.moving_variance.assign(generator.uniform(0.2, 1.5, shape))
            # Far from equal probabilities, so that a wrong head would show.
            classifier = model.get_layer("conv_preds")
            classifier.kernel.assign(5 * np.asarray(classifier.kernel))
            classifier.bias.assign(generator.normal(0.0, 1.0, classifier.bias.shape))
            made[alpha, size] = model
        return made[alpha, size]

    return make


def write_published(path, layers):
    """Write layers as the published files have them: names as attributes, arrays in groups."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in layers]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.0.4"
        for layer in layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights, strict=True):
                group.create_dataset(name, data=np.asarray(weight))
    return path


@pytest.fixture
def published(keras_mobilenet, tmp_path):
    """The path of a whole file of the small network, with the classifier."""
    return write_published(tmp_path / "mobilenet_2_5_128_tf.h5", keras_mobilenet(0.25, 128).layers)


def images(size, n=4):
    return np.random.default_rng(5).integers(0, 256, (n, size, size, 3), np.uint8)


def scaled(x):
    return keras.applications.mobilenet.preprocess_input(x.astype(np.float32))


def classifier_removed(model):
    return [
        layer
        for layer in model.layers
        if layer.name not in ("conv_preds", "reshape_2", "predictions")
    ]


@pytest.mark.parametrize(
    ("name", "alpha", "size"),
    [(SMALL, 0.25, 128), pytest.param("mobilenet_v1_100_224", 1.0, 224, marks=pytest.mark.slow)],
)
def test_outputs_equal_those_of_keras_applications(keras_mobilenet, tmp_path, name, alpha, size):
    theirs = keras_mobilenet(alpha, size)
    path = write_published(tmp_path / "weights.h5", theirs.layers)
    ours = modelzoo.get(name, task="multiclass", weights=path)
    x = images(size)
    expected = theirs.predict(scaled(x), verbose=0)
    assert expected.max() > 0.05  # else 1e-5 would say little
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=0, atol=1e-5)


def test_a_bare_backbone_leaves_the_files_classifier_alone(keras_mobilenet, published):
    theirs = keras_mobilenet(0.25, 128)
    features = keras.Model(theirs.inputs, theirs.get_layer("dropout").output)
    x = images(128)
    ours = modelzoo.get(SMALL, weights=published)
    expected = features.predict(scaled(x), verbose=0).reshape(len(x), -1)
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=0, atol=1e-5)


def test_a_file_without_classifier_fills_the_backbone(keras_mobilenet, tmp_path, published):
    layers = classifier_removed(keras_mobilenet(0.25, 128))
    path = write_published(tmp_path / "mobilenet_2_5_128_tf_no_top.h5", layers)
    without, whole = modelzoo.get(SMALL, weights=path), modelzoo.get(SMALL, weights=published)
    x = images(128)
    np.testing.assert_array_equal(without(x), whole(x))


@pytest.mark.parametrize(
    ("task", "options"),
    [("multiclass", {"num_classes": 10}), ("binary", {}), ("regression", {"num_classes": 3})],
)
def test_another_head_keeps_its_random_weights(published, task, options):
    model = modelzoo.get(SMALL, task=task, weights=published, **options)
    bare = modelzoo.get(SMALL, weights=published)
    x = images(128)
    features = keras.Model(model.inputs, model.get_layer("logits").input)
    np.testing.assert_array_equal(features(x), bare(x))
    assert not np.asarray(model.get_layer("logits").bias).any()


def test_a_whole_model_saved_by_keras_is_read_too(keras_mobilenet, tmp_path):
    theirs = keras_mobilenet(0.25, 128)
    theirs.save(tmp_path / "model.h5")
    ours = modelzoo.get(SMALL, task="multiclass", weights=tmp_path / "model.h5")
    x = images(128)
    expected = theirs.predict(scaled(x), verbose=0)
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=0, atol=1e-5)


def test_arrays_in_memory_are_assigned_as_a_file_is(keras_mobilenet, published):
    layers = [(layer.name, layer.get_weights()) for layer in keras_mobilenet(0.25, 128).layers]
    model = modelzoo.get(SMALL, task="multiclass")
    assign_keras_layers(model, [each for each in layers if each[1]], source="the model")
    x = images(128)
    np.testing.assert_array_equal(
        model(x), modelzoo.get(SMALL, task="multiclass", weights=published)(x)
    )


def test_a_file_fits_the_resizable_model_at_any_size(published):
    model = modelzoo.get("mobilenet_v1", alpha=0.25, input_shape=(64, 96, 3), weights=published)
    assert read_keras_layers(published)[0][0] == "conv1"
    np.testing.assert_array_equal(
        model.get_layer("backbone").get_layer("conv1").kernel, read_keras_layers(published)[0][1][0]
    )


@pytest.mark.parametrize("name", modelzoo.list_models(tag="imagenet"))
def test_every_imagenet_name_has_the_url_that_keras_downloads(name, monkeypatch):
    spec = modelzoo.find("model", name).spec
    asked = []

    class ReachedError(Exception):
        pass

    def get_file(fname, origin, **_):
        asked.append(origin)
        raise ReachedError

    monkeypatch.setattr("keras.src.applications.mobilenet.file_utils.get_file", get_file)
    with pytest.raises(ReachedError):
        keras.applications.MobileNet(spec.input_shape, alpha=spec.options["alpha"])
    assert asked == [each.url for each in spec.weights]


def test_weights_without_a_known_hash_are_not_downloaded():
    url = (
        "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/"
        "mobilenet_2_5_128_tf.h5"
    )
    with pytest.raises(WeightsError) as raised:
        modelzoo.get(SMALL, task="multiclass", weights="imagenet")
    assert str(raised.value) == (
        f"Weights 'imagenet' of '{SMALL}' have no known hash, so they are not downloaded. "
        f"Download {url} yourself and pass weights='PATH/OF/THE/FILE'."
    )


def test_the_resizable_model_has_the_full_width_under_the_name_imagenet():
    weights = {each.name: each.url for each in modelzoo.find("model", "mobilenet_v1").spec.weights}
    (full,) = modelzoo.find("model", "mobilenet_v1_100_224").spec.weights
    assert weights["imagenet"] == full.url
    assert weights["imagenet_025_128"].endswith("/mobilenet_2_5_128_tf.h5")


def test_weights_that_nobody_published_are_refused_with_those_that_are():
    with pytest.raises(WeightsError) as raised:
        modelzoo.get(SMALL, weights="places365")
    assert str(raised.value) == (
        f"Model '{SMALL}' has no weights 'places365', and there is no such file or folder. "
        "Published weights of this model: 'imagenet'."
    )


def refused(path, message, model=None):
    """Loading the file raises with the message and leaves the model as it was."""
    model = model or modelzoo.get(SMALL, task="multiclass")
    before = model.get_weights()
    with pytest.raises(WeightsError, match=re.escape(str(path))) as raised:
        load_keras_file(path, model)
    assert message in str(raised.value)
    for ours, theirs in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_missing_file_is_refused(tmp_path):
    refused(tmp_path / "nowhere.h5", "there is no such file")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_refused(published, share):
    data = published.read_bytes()
    published.write_bytes(data[: int(share * len(data))])
    refused(published, "is not a whole HDF5 file")


def test_a_file_that_is_not_hdf5_is_refused(tmp_path):
    path = tmp_path / "weights.h5"
    path.write_text("<html>404</html>")
    refused(path, "(16 bytes) is not a whole HDF5 file")


def test_hdf5_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file["measurements"] = np.zeros(3)
    refused(path, "is HDF5, but not a Keras weight file")


def test_a_file_that_lacks_a_layer_is_refused(published):
    with h5py.File(published, "a") as file:
        del file["conv_pw_13"]
    refused(published, "is HDF5, but not a Keras weight file")


def test_a_file_that_lacks_an_array_is_refused(published):
    with h5py.File(published, "a") as file:
        del file["conv_preds/conv_preds/bias:0"]
    refused(published, "is HDF5, but not a Keras weight file")


def test_a_file_whose_layer_lists_no_bias_is_refused(published):
    with h5py.File(published, "a") as file:
        file["conv_preds"].attrs["weight_names"] = [b"conv_preds/kernel:0"]
    refused(
        published,
        "weights of shape (1, 1, 256, 1000), expected (1, 1, 256, 1000), (1000,).",
    )


def test_an_altered_shape_is_refused(published):
    with h5py.File(published, "a") as file:
        del file["conv_dw_13/conv_dw_13/kernel:0"]
        file["conv_dw_13/conv_dw_13/kernel:0"] = np.zeros((5, 5, 256, 1), np.float32)
    refused(
        published,
        "layer 'conv_dw_13' has weights of shape (5, 5, 256, 1), expected (3, 3, 256, 1).",
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(published, value):
    with h5py.File(published, "a") as file:
        file["conv_pw_7_bn/conv_pw_7_bn/gamma:0"][3] = value
    refused(published, "is damaged: it has values that are NaN or infinite.")


def test_weights_of_another_width_are_refused(published):
    model = modelzoo.get("mobilenet_v1", alpha=0.5, input_shape=(64, 64, 3))
    refused(
        published,
        "layer 'conv1' has weights of shape (3, 3, 3, 8), expected (3, 3, 3, 16).",
        model,
    )


def test_weights_of_another_network_are_refused(tmp_path):
    theirs = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None)
    path = write_published(tmp_path / "mobilenet_v2.h5", theirs.layers)
    refused(path, "layers with weights, expected 54, or 55 with the classifier.")


def test_weights_do_not_fit_grey_images(published):
    model = modelzoo.get("mobilenet_v1", alpha=0.25, input_shape=(64, 64, 1))
    refused(published, "such as its width, and for images of 3 channels.", model)
