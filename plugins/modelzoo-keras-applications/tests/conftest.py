"""What several tests use: the models, Keras's own networks, and their files."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format
from modelzoo_keras_applications.families import FAMILIES, IMAGENET_DEVIATION
from modelzoo_keras_applications.table import rows

import modelzoo

# The smallest of each family, where it takes few seconds.
QUICK = (
    "EfficientNetB0",
    "EfficientNetV2B0",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "ResNet50",
    "ResNet50V2",
    "Xception",
)


def pytest_generate_tests(metafunc):
    """Run a test of ``network`` for all, and as a slow one for those that take long."""
    for name in {"network", "any_network"} & set(metafunc.fixturenames):
        metafunc.parametrize(
            name,
            [
                pytest.param(
                    Network(model, architecture),
                    id=architecture,
                    marks=pytest.mark.slow
                    if name == "network" and architecture not in QUICK
                    else (),
                )
                for family in FAMILIES
                for model, (architecture, _) in family.members.items()
            ],
        )


class Network:
    """A model of the zoo and the function of ``keras.applications`` that it is made by."""

    def __init__(self, name, architecture):
        self.name = name
        self.function = getattr(keras.applications, architecture)

    @property
    def spec(self):
        return modelzoo.find("model", self.name).spec

    @property
    def module(self):
        """The module of ``keras.applications`` with the network's ``preprocess_input``."""
        return getattr(keras.applications, self.function.__module__.rpartition(".")[2])

    @property
    def least_shape(self):
        return (self.spec.min_size, self.spec.min_size, 3)

    def images(self, count=2, shape=None):
        """Images of coloured tiles with noise on them: not all alike, as plain noise would be."""
        height, width, channels = shape or self.spec.input_shape
        random = np.random.default_rng(7)
        tiles = random.integers(0, 256, (count, 4, 4, channels)) * random.uniform(
            0.2, 1.0, (count, 1, 1, channels)
        )
        rows, columns = np.arange(height) * 4 // height, np.arange(width) * 4 // width
        noise = random.integers(-40, 41, (count, height, width, channels))
        return np.clip(tiles[:, rows][:, :, columns] + noise, 0, 255).astype(np.uint8)

    def preprocessed(self, images):
        return self.module.preprocess_input(images.astype(np.float32))


# About what the published files of EfficientNet have: the variance is the deviation.
VARIANCE = np.array([0.23, 0.22, 0.21])


@pytest.fixture(autouse=True)
def _memory():
    """Let a network go before the next one is built."""
    yield
    keras.backend.clear_session()


def move(network, images):
    """Give a network weights that tell its layers apart, and classes far from equally probable."""
    generator = np.random.default_rng(11)
    for layer in network._flatten_layers(include_self=False, recursive=True):
        if isinstance(layer, keras.layers.BatchNormalization | keras.layers.LayerNormalization):
            for variable in layer.trainable_weights:
                about = 1.0 if variable.name == "gamma" else 0.0
                variable.assign(generator.uniform(about - 0.3, about + 0.3, variable.shape))
        elif isinstance(layer, keras.layers.Normalization) and layer.weights:
            # Keras's network with the published weights divides by this deviation's root, too.
            set_colours(layer, VARIANCE * np.array(IMAGENET_DEVIATION))
        elif type(layer).__name__ == "LayerScale":
            layer.gamma.assign(generator.uniform(0.1, 0.3, layer.gamma.shape))
        elif getattr(layer, "bias", None) is not None:
            layer.bias.assign(generator.normal(0.0, 0.1, layer.bias.shape))
    calibrate(network, images)
    classifier = [layer for layer in network.layers if layer.weights][-1]
    logarithms = np.log(np.maximum(network.predict(images, verbose=0), 1e-30))
    classifier.kernel.assign(classifier.kernel * (2.5 / logarithms.std()))
    for layer in network.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.weights:
            set_colours(layer, VARIANCE)
    # Weight files are in float32.
    for weight in network.weights:
        if weight.dtype == "float64":
            weight.assign(np.asarray(weight, np.float32))
    return network


def set_colours(layer, variance):
    layer.adapt_mean.assign([0.47, 0.46, 0.41])
    layer.adapt_variance.assign(variance)
    layer.finalize_state()


def calibrate(network, images):
    """Let batch norms keep the statistics of the images, or all would look alike at the end."""
    changed = [
        (layer, name, getattr(layer, name))
        for layer in network._flatten_layers()
        for name in ("momentum", "rate")
        if hasattr(layer, name)
    ]
    for layer, name, _ in changed:
        setattr(layer, name, 0.0)
    network(images, training=True)
    for layer, name, value in changed:
        setattr(layer, name, value)


@pytest.fixture
def precisely(network):
    """Layers compute in float64: in float32, what hundreds of them round would be compared.

    Not those of ConvNeXt, which have fewer in a row: its wide depthwise filters take many minutes.
    """
    before = keras.config.dtype_policy()
    if not network.function.__name__.startswith("ConvNeXt"):
        keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture
def published(network, tmp_path):
    """A file as Keras publishes it of the network, with random weights, written by Keras."""
    keras.utils.set_random_seed(5)
    theirs = network.function(weights=None, input_shape=network.spec.input_shape)
    move(theirs, network.preprocessed(network.images()))
    path = tmp_path / rows()[network.function.__name__].published[0].file
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, theirs)
    return path
