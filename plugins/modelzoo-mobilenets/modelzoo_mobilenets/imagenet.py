"""ImageNet weights of MobileNet v2 and v3, from the HDF5 files that Keras publishes."""

from __future__ import annotations

from pathlib import Path

import keras

from modelzoo import WeightsSpec
from modelzoo.weights import assign_keras_layers, fetch_keras_file, read_keras_layers

__all__ = ["MD5", "fetch", "load_mobilenet_v3"]

# What Keras declares; of the files of MobileNet v2 it declares none.
MD5 = {
    "weights_mobilenet_v3_large_224_0.75_float.h5": "765b44a33ad4005b3ac83185abf1d0eb",
    "weights_mobilenet_v3_large_224_1.0_float.h5": "59e551e166be033d707958cf9e29a6a7",
    "weights_mobilenet_v3_large_minimalistic_224_1.0_float.h5": "675e7b876c45c57e9e63e6d90a36599c",
    "weights_mobilenet_v3_small_224_0.75_float.h5": "cb65d4e5be93758266aa0a7f2c6708b7",
    "weights_mobilenet_v3_small_224_1.0_float.h5": "8768d4c2e7dee89b9d02b2d03d65d862",
    "weights_mobilenet_v3_small_minimalistic_224_1.0_float.h5": "99cd97fb2fcdad2bf028eb838de69e37",
}


def fetch(weights: WeightsSpec) -> Path:
    """Download a published file as Keras does: :func:`modelzoo.weights.fetch_keras_file`.

    Args:
        weights: One of this package's.

    Returns:
        The file. Its MD5 is right where Keras declares one.

    Raises:
        DownloadError: It can't be had, or has another MD5.
    """
    _, _, file = weights.url.rpartition("/")
    return fetch_keras_file(weights.url, file_hash=MD5.get(file))


def load_mobilenet_v3(path: Path, model: keras.Model) -> None:
    """Load a published weight file of ``MobileNetV3Large`` or ``Small`` of ``keras.applications``.

    Args:
        path: The file of the whole network. The one without the classifier lacks the last layer of
            the backbone, the convolution after the pooling.
        model: What :func:`modelzoo.get` builds of the same kind and width; unchanged where an
            error is raised.

    Raises:
        WeightsError: The file is missing, truncated, not such a file, or of another network.
    """
    assign_keras_layers(
        model,
        read_keras_layers(path),
        source=str(path),
        advice="A published file is for one width (alpha) and images of 3 channels. It has to be "
        "the one with the classifier: the one without (no_top) lacks the convolution after the "
        "pooling, which belongs to the backbone.",
    )
