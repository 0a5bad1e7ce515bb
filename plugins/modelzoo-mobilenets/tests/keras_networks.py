"""Keras's networks with random weights, and weight files as Keras publishes them."""

import contextlib

import h5py
import keras
import numpy as np

FUNCTIONS = {
    "mobilenet_v2": keras.applications.MobileNetV2,
    "mobilenet_v3_large": keras.applications.MobileNetV3Large,
    "mobilenet_v3_small": keras.applications.MobileNetV3Small,
}


def of_keras(name, size, *, alpha=1.0, minimalistic=False, **settings):
    """The network of ``keras.applications``, without the preprocessing that v3 brings along.

    Its weights are the same each time, and so is what is rounded.
    """
    keras.utils.set_random_seed(5)
    if name != "mobilenet_v2":
        settings = {"minimalistic": minimalistic, "include_preprocessing": False, **settings}
    return FUNCTIONS[name]((size, size, 3), alpha=alpha, weights=None, **settings)


def move(network, x):
    """Give a network weights that tell its layers apart, and outputs that tell images apart.

    Batch norms keep the statistics of the images ``x``: with those that they begin with, what the
    images are is lost on the way through many layers.
    """
    generator = np.random.default_rng(11)
    norms = [each for each in network.layers if isinstance(each, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.gamma.assign(generator.uniform(0.7, 1.5, norm.gamma.shape))
        norm.beta.assign(generator.normal(0.0, 0.3, norm.beta.shape))
    momentum = norms[0].momentum
    for norm in norms:
        norm.momentum = 0.0
    network(x, training=True)
    for norm in norms:
        norm.momentum = momentum
    for layer in network.layers:
        if getattr(layer, "bias", None) is not None:
            layer.bias.assign(generator.normal(0.0, 0.3, layer.bias.shape))
    # Some classes are far more probable than others.
    classifier = [layer for layer in network.layers if layer.weights][-1]
    classifier.kernel.assign(classifier.kernel * (2.5 / np.log(network(x)).std()))
    # Weight files are in float32.
    for weight in network.weights:
        weight.assign(np.asarray(weight, np.float32))
    return network


def write_published(path, layers, *, names=None):
    """Write layers as the published files have them: names as attributes, arrays in groups.

    ``names``: other names of the layers, where those of today are not the published ones.
    """
    names = names or [layer.name for layer in layers]
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in names]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.4.0"
        for name, layer in zip(names, layers, strict=True):
            group = file.require_group(name)
            weights = layer.trainable_weights + layer.non_trainable_weights
            of_weights = [f"{name}/{weight.name}:0" for weight in weights]
            group.attrs["weight_names"] = [each.encode() for each in of_weights]
            for weight_name, weight in zip(of_weights, weights, strict=True):
                group.create_dataset(weight_name, data=np.asarray(weight))
    return path


def images(size, count=4):
    """Large squares of random colours, which differ in what is left of them after pooling."""
    colours = np.random.default_rng(5).integers(0, 256, (count, 4, 4, 3), np.uint8)
    side = -(-size // 4)
    return colours.repeat(side, axis=1).repeat(side, axis=2)[:, :size, :size]


@contextlib.contextmanager
def in_float64():
    """Layers that are made meanwhile compute in float64."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def scaled(x):
    """Images as both networks of Keras take them: -1..1."""
    return keras.applications.mobilenet_v2.preprocess_input(x.astype(np.float64))
