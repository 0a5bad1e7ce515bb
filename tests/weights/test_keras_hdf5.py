"""Keras's HDF5 weight files, written by Keras, against the models they were written from."""

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format

from modelzoo.errors import WeightsError
from modelzoo.weights import assign_keras_layers, load_keras_file, read_keras_layers


def moved(model):
    """The model with other values than the initial ones in all of its weights."""
    generator = np.random.default_rng(3)
    model.set_weights([generator.uniform(0.5, 1.5, each.shape) for each in model.get_weights()])
    return model


def published(path, model):
    """A file as Keras publishes them."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return path


def network(*classifier):
    """A network with a normalization, a model within and a batch norm, as Keras's have them."""
    images = keras.Input((4, 4, 3))
    stem = keras.Sequential(
        [keras.layers.BatchNormalization(name="norm"), keras.layers.Conv2D(5, 2, name="conv")],
        name="stem",
    )
    x = stem(keras.layers.Normalization(name="normalization")(images))
    x = keras.layers.GlobalAveragePooling2D(keepdims=bool(classifier))(x)
    for layer in classifier:
        x = layer(x)
    return keras.Model(images, x, name="backbone")


def ours(classes=None):
    """What the zoo builds of it."""
    images = keras.Input((4, 4, 3))
    x = network()(images)
    if classes:
        x = keras.layers.Dense(classes, name="logits")(x)
    return keras.Model(images, x)


def dense_head(classes=7):
    return keras.layers.Flatten(), keras.layers.Dense(classes, name="predictions")


def images():
    return np.random.default_rng(0).uniform(0, 2, (3, 4, 4, 3)).astype(np.float32)


@pytest.mark.parametrize(
    "classifier",
    [dense_head(), (keras.layers.Conv2D(7, 1, name="conv_preds"), keras.layers.Flatten())],
    ids=["dense", "convolution"],
)
def test_a_file_gives_the_outputs_of_the_network_it_was_written_from(tmp_path, classifier):
    theirs = moved(network(*classifier))
    path = published(tmp_path / "theirs.h5", theirs)
    model = ours(classes=7)
    load_keras_file(path, model)
    # What Keras derives from the variables of its normalization is derived when it loads a file.
    theirs.load_weights(path)
    np.testing.assert_allclose(model(images()), theirs(images()), atol=1e-5)


@pytest.mark.parametrize("classes", [None, 3])
def test_a_model_without_such_a_head_gets_the_backbone_alone(tmp_path, classes):
    theirs = moved(network(*dense_head()))
    model = ours(classes)
    assign_keras_layers(model, read_keras_layers(published(tmp_path / "a.h5", theirs)), source="")
    for mine, their in zip(model.get_layer("backbone").weights, theirs.weights, strict=False):
        np.testing.assert_array_equal(mine, their)


def test_a_whole_model_that_keras_saved_is_read_like_its_weights(tmp_path):
    theirs = moved(network())
    theirs.save(tmp_path / "model.h5")
    of_model = read_keras_layers(tmp_path / "model.h5")
    of_weights = read_keras_layers(published(tmp_path / "weights.h5", theirs))
    assert [name for name, _ in of_model] == [name for name, _ in of_weights]
    for (_, some), (_, others) in zip(of_model, of_weights, strict=True):
        for one, other in zip(some, others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_names_in_several_attributes_are_read_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(legacy_h5_format, "HDF5_OBJECT_HEADER_LIMIT", 100)
    inputs = x = keras.Input((1,))
    for index in range(30):
        x = keras.layers.Dense(1, name=f"dense_{index}")(x)
    path = published(tmp_path / "many.h5", keras.Model(inputs, x))
    with h5py.File(path) as file:
        assert "layer_names" not in file.attrs
    assert [name for name, _ in read_keras_layers(path)] == [f"dense_{i}" for i in range(30)]


def refused(path):
    with pytest.raises(WeightsError) as raised:
        read_keras_layers(path)
    assert str(raised.value).startswith(f"{path} is HDF5, but not a Keras weight file: ")
    return str(raised.value)


@pytest.mark.parametrize("link", [h5py.SoftLink("/stem"), h5py.ExternalLink("other.h5", "/stem")])
def test_a_link_is_not_followed(tmp_path, link):
    path = published(tmp_path / "linked.h5", network())
    with h5py.File(path, "a") as file:
        file.move("stem", "elsewhere")
        file["stem"] = link
    assert "'stem' is a link" in refused(path)


def test_values_in_another_file_are_not_read(tmp_path):
    path = published(tmp_path / "outside.h5", network())
    (tmp_path / "secret").write_bytes(b"s" * 20)
    with h5py.File(path, "a") as file:
        group, (name, *_) = file["stem"], file["stem"].attrs["weight_names"]
        del group[name]
        group.create_dataset(name, (5,), "f4", external=[(str(tmp_path / "secret"), 0, 20)])
    assert "has its values in another file" in refused(path)


def test_an_array_without_values_is_not_read_as_zeros(tmp_path):
    path = published(tmp_path / "hollow.h5", network())
    with h5py.File(path, "a") as file:
        group, (name, *_) = file["stem"], file["stem"].attrs["weight_names"]
        del group[name]
        group.create_dataset(name, (2**40,), "f4")
    assert "has no values" in refused(path)


def test_what_does_not_fit_is_told_with_the_advice(tmp_path):
    layers = read_keras_layers(published(tmp_path / "a.h5", moved(network())))
    model = ours()
    before = model.get_weights()
    with pytest.raises(WeightsError) as raised:
        assign_keras_layers(model, layers[:-1], source="a.h5", advice="Take another.")
    assert str(raised.value) == (
        "a.h5 does not belong to this model: it has 1 layers with weights, expected 2, or 3 with "
        "the classifier. Take another."
    )
    for mine, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, then)
