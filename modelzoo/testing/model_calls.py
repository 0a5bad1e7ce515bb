"""What a model makes of images."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["logits_of", "outputs"]


def outputs(model: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a model makes of images, not in training."""
    made: NDArray[np.float32] = keras.ops.convert_to_numpy(model(images, training=False))
    return made


def logits_of(model: keras.Model) -> keras.Model:
    """The model up to its logits, which say more than probabilities that are near 0 or 1."""
    return keras.Model(model.input, model.get_layer("probabilities").input)
