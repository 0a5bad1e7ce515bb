"""TensorFlow's SavedModel: a folder with graph and weights that needs neither Keras nor us."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.inference.exporting import Exporter, Loaded


class SavedModel(Exporter):
    """Keras's own export, as described in https://www.tensorflow.org/guide/saved_model.

    The function ``serve``, which is also the signature ``serving_default``, takes uint8 images
    ``(batch, height, width, channels)`` and returns the model's outputs.
    """

    def export(self, model: keras.Model, path: Path) -> None:
        """Write the model's inference graph and weights into the folder ``path``."""
        model.export(str(path), format="tf_saved_model", verbose=False)

    def load(self, path: Path) -> Loaded:
        """Read the folder with TensorFlow alone."""
        loaded = tf.saved_model.load(str(path))

        def call(images: NDArray[np.uint8]) -> NDArray[np.float32]:
            outputs: NDArray[np.float32] = loaded.serve(tf.constant(images)).numpy()
            return outputs

        return call
