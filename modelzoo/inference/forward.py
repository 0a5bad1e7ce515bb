"""A model compiled for inference, whose batches are computed by all cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.inference.model_input import image_shape
from modelzoo.inference.threads import evaluation_parts

__all__ = ["Forward"]


class Forward:
    """A model compiled once, for batches of any size.

    Args:
        model: uint8 images ``(batch, height, width, channels)``, 0-255, to outputs.

    Raises:
        IncompatibleError: The model does not take uint8 images of one size.

    Example:
        >>> import modelzoo
        >>> forward = Forward(modelzoo.get("mobilenet_v1_mini", task="binary"))
        >>> forward(np.zeros((2, 64, 64, 3), np.uint8)).shape
        (2, 1)
    """

    def __init__(self, model: keras.Model) -> None:
        shape = (None, *image_shape(model))

        @tf.function(input_signature=[tf.TensorSpec(shape, tf.uint8)], autograph=False)
        def forward(images: tf.Tensor) -> tf.Tensor:
            return model(images, training=False)

        self._forward = forward

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """The model's outputs for a batch, ``(batch, ...)``, of one image or more."""
        parts = min(evaluation_parts(), len(images))
        if parts == 1:
            return self._of_part(images)
        # By threads and not within the graph, which would have to be compiled for each number.
        with ThreadPoolExecutor(parts) as pool:
            return np.concatenate(list(pool.map(self._of_part, np.array_split(images, parts))))

    def _of_part(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        outputs: NDArray[Any] = self._forward(tf.constant(images)).numpy()
        return outputs
