"""ImageNet weights, from the HDF5 files that Keras publishes, downloaded as Keras does."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo import WeightsSpec
from modelzoo.weights import (
    KerasLayers,
    assign_keras_layers,
    fetch_keras_file,
    read_keras_layers,
)
from modelzoo_keras_applications.families import IMAGENET_DEVIATION
from modelzoo_keras_applications.table import rows

__all__ = [
    "fetch",
    "load_efficientnet",
    "load_mobilenet_v3",
    "load_network",
    "load_vgg",
]

_ADVICE = "A published file is for one network with its options, and for images of 3 channels."


def fetch(weights: WeightsSpec) -> Path:
    """Download a published file as Keras does: :func:`modelzoo.weights.fetch_keras_file`.

    Args:
        weights: Weights of one of this package's models.

    Returns:
        The file. It has the hash that Keras declares, where it declares one.

    Raises:
        DownloadError: It can't be had, or has another hash.
    """
    published = next(
        each for row in rows().values() for each in row.published if each.url == weights.url
    )
    return fetch_keras_file(published.url, file_hash=published.hash or None, file=published.file)


def load_network(path: Path, model: keras.Model) -> None:
    """Load a published file of a network.

    Args:
        path: The file, with or without the classifier.
        model: What :func:`modelzoo.get` builds of the same network; unchanged where an error is
            raised. The classifier is taken over where its head has 1000 classes.

    Raises:
        WeightsError: The file is missing, truncated, not such a file, or of another network.
    """
    _assign(model, read_keras_layers(path), path)


def load_vgg(path: Path, model: keras.Model) -> None:
    """Load a published file of a VGG; as :func:`load_network`.

    Of a file with the dense layers, a model without them takes the convolutions alone.
    """
    layers = read_keras_layers(path)
    names = [layer.name for layer in model.get_layer("backbone").layers]
    if "fc1" not in names:
        layers = [each for each in layers if each[0] not in ("fc1", "fc2", "predictions")]
    _assign(
        model,
        layers,
        path,
        advice="The dense layers of a VGG are for images of 224 x 224 pixels; with the option "
        "fully_connected=False there are none, and images can have any size.",
    )


def load_mobilenet_v3(path: Path, model: keras.Model) -> None:
    """Load a published file of a MobileNet-v3; as :func:`load_network`.

    The files without the classifier lack the convolution after the pooling, which belongs to the
    backbone.
    """
    _assign(
        model,
        read_keras_layers(path),
        path,
        advice="It has to be a file with the classifier: one without (no_top) lacks the "
        "convolution after the pooling, which belongs to the backbone.",
    )


def load_efficientnet(path: Path, model: keras.Model) -> None:
    """Load a published file of an EfficientNet; as :func:`load_network`.

    The files have a normalization whose variance is the deviation of ImageNet's colours, and
    with ``weights="imagenet"`` Keras adds a layer to its networks that divides by the root of the
    deviation once more. Here the variance is that of both layers together.
    """
    layers = [
        (name, _whole_normalization(arrays) if name.startswith("normalization") else arrays)
        for name, arrays in read_keras_layers(path)
    ]
    _assign(model, layers, path)


def _whole_normalization(arrays: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    mean, variance, *count = arrays
    return [mean, variance * np.array(IMAGENET_DEVIATION, np.float32), *count]


def _assign(model: keras.Model, layers: KerasLayers, path: Path, *, advice: str = "") -> None:
    assign_keras_layers(model, layers, source=str(path), advice=f"{_ADVICE} {advice}".rstrip())
