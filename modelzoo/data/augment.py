"""Random changes of training images, on whole batches.

Every choice is a function of (seed, epoch, index of the image): the numbers for an epoch are
drawn at once, a row per image, whatever the order, the batch or the worker that uses them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from modelzoo.data.order import random_generator
from modelzoo.errors import ConfigError

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Augmentation"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """What is done to training images; the meanings are those of Keras's ImageDataGenerator.

    Attributes:
        horizontal_flip: Mirror every second image, by chance.
        zoom: Scale height and width each by a factor of ``1 - zoom`` to ``1 + zoom``.
        shear: Shear by an angle of ``-shear`` to ``shear`` degrees.

    Raises:
        ConfigError: A value is out of range.

    Example:
        >>> Augmentation(zoom=0.2).changes_images
        True
    """

    horizontal_flip: bool = False
    zoom: float = 0.0
    shear: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.horizontal_flip, bool):
            raise ConfigError(
                f"horizontal_flip is {self.horizontal_flip!r}, expected true or false."
            )
        _check_range("zoom", self.zoom, 1.0)
        _check_range("shear", self.shear, 90.0)

    @classmethod
    def from_config(cls, values: Mapping[str, Any]) -> Augmentation:
        """An augmentation from ``TrainConfig.augment``.

        Raises:
            ConfigError: A name or a value is not one of an augmentation.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        unknown = [name for name in values if name not in names]
        if unknown:
            raise ConfigError(
                f"There is no augmentation {unknown[0]!r}. There are: {', '.join(names)}."
            )
        return cls(**values)

    @property
    def changes_images(self) -> bool:
        """Whether anything is done at all."""
        return bool(self.horizontal_flip or self.zoom or self.shear)

    def draw(self, *, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """A random transform for each image of an epoch.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images, in pixels.
            n: How many images there are.

        Returns:
            Float32 ``(n, 8)``: the projective transform from output to input pixels of
            ``tf.raw_ops.ImageProjectiveTransformV3``, by index of the image; ``(n, 0)`` where
            nothing is done.
        """
        if not self.changes_images:
            return np.zeros((n, 0), np.float32)
        uniform = random_generator(seed, epoch, "augment").random((n, 4))
        angle = np.deg2rad(self.shear) * (2 * uniform[:, 0] - 1)
        zoom_y = 1 + self.zoom * (2 * uniform[:, 1] - 1)
        zoom_x = 1 + self.zoom * (2 * uniform[:, 2] - 1)
        mirror = np.where(self.horizontal_flip & (uniform[:, 3] < 0.5), -1.0, 1.0)
        # [x, y] of the input = shear @ zoom @ mirror @ [x, y] of the output, about the image's
        # centre, as in keras.src.legacy.preprocessing.image.apply_affine_transform.
        xx, xy = zoom_x * mirror, -np.sin(angle) * zoom_y
        yx, yy = np.zeros(n), np.cos(angle) * zoom_y
        centre_y, centre_x = (size[0] - 1) / 2, (size[1] - 1) / 2
        transforms = np.zeros((n, 8), np.float32)
        transforms[:, 0] = xx
        transforms[:, 1] = xy
        transforms[:, 2] = centre_x - xx * centre_x - xy * centre_y
        transforms[:, 3] = yx
        transforms[:, 4] = yy
        transforms[:, 5] = centre_y - yx * centre_x - yy * centre_y
        return transforms

    def apply(self, images: tf.Tensor, transforms: tf.Tensor) -> tf.Tensor:
        """Transform a batch; pixels from outside repeat the nearest edge.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            transforms: The rows of :meth:`draw` that belong to these images.

        Returns:
            uint8 of the same shape, interpolated bilinearly.
        """
        if not self.changes_images:
            return images
        import tensorflow as tf

        moved = tf.raw_ops.ImageProjectiveTransformV3(
            images=tf.cast(images, tf.float32),
            transforms=transforms,
            output_shape=tf.shape(images)[1:3],
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="NEAREST",
        )
        return tf.cast(tf.round(moved), tf.uint8)


def _check_range(name: str, value: Any, limit: float) -> None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not 0 <= value < limit
    ):
        raise ConfigError(f"{name} is {value!r}, expected a number from 0 to below {limit:g}.")
