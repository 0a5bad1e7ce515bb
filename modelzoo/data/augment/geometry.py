"""Where the pixels of an augmented image come from: flips, and one warp for all the rest."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.data.augment.boxes import draw_boxes
from modelzoo.data.order import random_generator

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Geometry"]

# Of torchvision's RandomResizedCrop, and of "Going deeper with convolutions" (Szegedy et al. 2014).
_CROP_ASPECT = (3 / 4, 4 / 3)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """The settings of :class:`Augmentation` that move pixels."""

    horizontal_flip: bool
    vertical_flip: bool
    shift: float
    crop: float
    zoom: float
    shear: float
    rotation: float

    @property
    def warps(self) -> bool:
        """Whether pixels end up between others, so that there is something to interpolate."""
        return bool(self.shift or self.crop < 1 or self.zoom or self.shear or self.rotation)

    @property
    def columns(self) -> int:
        """How many numbers an image takes."""
        if self.warps:
            return 6
        return 2 if self.horizontal_flip or self.vertical_flip else 0

    def draw(self, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """Numbers for each image of an epoch.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images, in pixels.
            n: How many images there are.

        Returns:
            Float32 ``(n, 6)``: xx, xy, x, yx, yy and y of the affine transform from output to
            input pixels; ``(n, 2)``, 1 where to flip horizontally and vertically, where that is
            all there is; ``(n, 0)`` where nothing moves.
        """
        uniform = random_generator(seed, epoch, "augment").random((n, 4))
        mirror_x = np.where(self.horizontal_flip & (uniform[:, 3] < 0.5), -1.0, 1.0)
        upside_down = random_generator(seed, epoch, "augment vertical_flip").random(n)
        mirror_y = np.where(self.vertical_flip & (upside_down < 0.5), -1.0, 1.0)
        if not self.warps:
            flips = np.stack([mirror_x < 0, mirror_y < 0], axis=1)
            return flips.astype(np.float32)[:, : self.columns]
        angle = np.deg2rad(self.shear) * (2 * uniform[:, 0] - 1)
        zoom_y = 1 + self.zoom * (2 * uniform[:, 1] - 1)
        zoom_x = 1 + self.zoom * (2 * uniform[:, 2] - 1)
        # [x, y] of the input = rotation @ (shear @ zoom @ mirror @ [x, y] of the output + shift),
        # about the image's centre, as in
        # keras.src.legacy.preprocessing.image.apply_affine_transform.
        xx, xy = zoom_x * mirror_x, -np.sin(angle) * zoom_y * mirror_y
        yx, yy = np.zeros(n), np.cos(angle) * zoom_y * mirror_y
        shift = random_generator(seed, epoch, "augment shift").random((n, 2))
        y, x = (self.shift * (2 * shift - 1) * size).T
        if self.rotation:
            turn = random_generator(seed, epoch, "augment rotation").random(n)
            angle = np.deg2rad(self.rotation) * (2 * turn - 1)
            cos, sin = np.cos(angle), np.sin(angle)
            xx, yx = cos * xx - sin * yx, sin * xx + cos * yx
            xy, yy = cos * xy - sin * yy, sin * xy + cos * yy
            x, y = cos * x - sin * y, sin * x + cos * y
        centre_y, centre_x = (size[0] - 1) / 2, (size[1] - 1) / 2
        x = centre_x - xx * centre_x - xy * centre_y + x
        y = centre_y - yx * centre_x - yy * centre_y + y
        if self.crop < 1:
            boxes = draw_boxes(
                random_generator(seed, epoch, "augment crop").random((n, 4)),
                area=(self.crop, 1.0),
                aspect=_CROP_ASPECT,
            )
            # Pixels are squares: the first one's centre is half a pixel from the crop's edge.
            top, left, height, width = boxes.T
            xx, xy, x = xx * width, xy * width, (x + 0.5) * width + left * size[1] - 0.5
            yx, yy, y = yx * height, yy * height, (y + 0.5) * height + top * size[0] - 0.5
        return np.stack([xx, xy, x, yx, yy, y], axis=1).astype(np.float32)

    def apply(self, images: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        """Move the pixels of a batch; those from outside repeat the nearest edge.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            rows: The rows of :meth:`draw` that belong to these images.

        Returns:
            uint8 of the same shape, interpolated bilinearly where there is more than flips.
        """
        if self.warps:
            return _warped(images, rows)
        import tensorflow as tf

        for axis, column in ((2, 0), (1, 1)):
            flip = rows[:, column, None, None, None] > 0
            images = tf.where(flip, tf.reverse(images, [axis]), images)
        return images


def _warped(images: tf.Tensor, transforms: tf.Tensor) -> tf.Tensor:
    """What ``tf.raw_ops.ImageProjectiveTransformV3`` does with fill mode NEAREST.

    That kernel works out each channel's place anew; compiled by XLA this takes about a seventh of
    its time on a CPU.
    """
    import tensorflow as tf

    shape = tf.shape(images)
    height, width, channels = shape[1], shape[2], shape[3]
    xx, xy, x, yx, yy, y = (transforms[:, each, None, None] for each in range(6))
    column = tf.cast(tf.range(width), tf.float32)[None, None, :]
    row = tf.cast(tf.range(height), tf.float32)[None, :, None]
    last_x, last_y = tf.cast(width - 1, tf.float32), tf.cast(height - 1, tf.float32)
    x = tf.clip_by_value(xx * column + xy * row + x, 0.0, last_x)
    y = tf.clip_by_value(yx * column + yy * row + y, 0.0, last_y)
    left, top = tf.floor(x), tf.floor(y)
    to_right, to_bottom = (x - left)[..., None], (y - top)[..., None]
    left, top = tf.cast(left, tf.int32), tf.cast(top, tf.int32)
    right, bottom = tf.minimum(left + 1, width - 1), tf.minimum(top + 1, height - 1)
    pixels = tf.reshape(images, (-1, channels))
    first = tf.range(shape[0])[:, None, None] * height

    def at(row: tf.Tensor, column: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.gather(pixels, (first + row) * width + column), tf.float32)

    above = (1 - to_right) * at(top, left) + to_right * at(top, right)
    below = (1 - to_right) * at(bottom, left) + to_right * at(bottom, right)
    return tf.cast(tf.round((1 - to_bottom) * above + to_bottom * below), tf.uint8)
