"""Brightness and contrast."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.data.order import random_generator

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Colour"]

# Of red, green and blue in luminance, ITU-R BT.601.
_LUMINANCE = (0.299, 0.587, 0.114)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """The settings of :class:`Augmentation` that change pixels where they are."""

    brightness: float
    contrast: float

    @property
    def columns(self) -> int:
        """How many numbers an image takes."""
        return 2 if self.brightness or self.contrast else 0

    def draw(self, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """Numbers for each image of an epoch.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images; they do not matter here.
            n: How many images there are.

        Returns:
            Float32 ``(n, 2)``: the factors of brightness and of contrast.
        """
        factors = [
            1 + limit * (2 * random_generator(seed, epoch, f"augment {name}").random(n) - 1)
            for name, limit in (("brightness", self.brightness), ("contrast", self.contrast))
        ]
        return np.stack(factors, axis=1).astype(np.float32)

    def apply(self, images: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        """Change a batch's brightness, then its contrast about each image's mean luminance.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            rows: The rows of :meth:`draw` that belong to these images.

        Returns:
            uint8 of the same shape.
        """
        import tensorflow as tf

        pixels = tf.cast(images, tf.float32)
        brightness, contrast = (rows[:, each, None, None, None] for each in range(2))
        if self.brightness:
            pixels = tf.clip_by_value(pixels * brightness, 0.0, 255.0)
        if self.contrast:
            grey = pixels
            if images.shape[-1] == len(_LUMINANCE):
                grey = tf.reduce_sum(pixels * tf.constant(_LUMINANCE), axis=-1, keepdims=True)
            mean = tf.reduce_mean(grey, axis=(1, 2, 3), keepdims=True)
            pixels = tf.clip_by_value(mean + (pixels - mean) * contrast, 0.0, 255.0)
        return tf.cast(tf.round(pixels), tf.uint8)
