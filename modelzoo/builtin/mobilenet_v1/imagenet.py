"""ImageNet weights of MobileNet-v1, from the HDF5 files that Keras publishes."""

from __future__ import annotations

from pathlib import Path

import keras

from modelzoo.weights import assign_keras_layers, read_keras_layers

__all__ = ["load_imagenet"]


def load_imagenet(path: Path, model: keras.Model) -> None:
    """Load a published weight file of ``keras.applications.MobileNet``.

    Args:
        path: The file, with or without the classifier (``..._tf.h5``, ``..._tf_no_top.h5``).
        model: What :func:`modelzoo.get` builds of the same width; unchanged where an error is
            raised.

    Raises:
        WeightsError: The file is missing, truncated, not such a file, or of another network.
    """
    assign_keras_layers(
        model,
        read_keras_layers(path),
        source=str(path),
        advice="A published file is for one width (alpha) and images of 3 channels.",
    )
