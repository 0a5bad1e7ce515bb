"""Two images made one: mixup (Zhang et al. 2018) and cutmix (Yun et al. 2019)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.data.augment.boxes import inside
from modelzoo.data.order import random_generator

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Mixing", "draw_partners"]


def draw_partners(seed: int, epoch: int, n: int) -> NDArray[np.int32]:
    """The image that each image of an epoch is mixed with.

    Args:
        seed: The training's seed.
        epoch: The epoch.
        n: How many images there are.

    Returns:
        Indices of other images, int32 ``(n,)``; of the image itself where there is no other.

    Example:
        >>> draw_partners(0, 0, 2).tolist()
        [1, 0]
    """
    further = random_generator(seed, epoch, "augment partners").random(n) * (n - 1)
    # The product may round up to n - 1 itself, which would lead back to the image.
    further = np.minimum(further.astype(np.int64), max(n - 2, 0))
    return ((np.arange(n) + min(1, n - 1) + further) % n).astype(np.int32)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """The settings of :class:`Augmentation` that mix images; with both, one of them by chance."""

    mixup: float
    cutmix: float

    @property
    def columns(self) -> int:
        """How many numbers an image takes."""
        return 5 if self.mixup or self.cutmix else 0

    def draw(self, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """Numbers for each image of an epoch.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images, in pixels.
            n: How many images there are.

        Returns:
            Float32 ``(n, 5)``: the image's own weight in the sum with its partner, and the
            rectangle taken from the partner: its first row and column of pixels, and the first
            ones after it.
        """
        rows = np.zeros((n, 5))
        rows[:, 0] = 1.0
        cuts = random_generator(seed, epoch, "augment cut or mix").random(n) < 0.5
        cuts = cuts if self.mixup and self.cutmix else np.full(n, bool(self.cutmix))
        if self.mixup:
            weight = random_generator(seed, epoch, "augment mixup").beta(self.mixup, self.mixup, n)
            rows[~cuts, 0] = weight[~cuts]
        if self.cutmix:
            own = random_generator(seed, epoch, "augment cutmix").beta(self.cutmix, self.cutmix, n)
            centre = random_generator(seed, epoch, "augment cutmix place").random((n, 2))
            # As in the paper's code: the middle is any pixel, and what sticks out is cut off.
            middle = np.floor(centre * size)
            half = np.floor(np.sqrt(1 - own)[:, None] / 2 * size)
            edges = np.concatenate([middle - half, middle + half], axis=1)
            rows[cuts, 1:] = np.clip(edges, 0, (*size, *size))[cuts]
        return rows.astype(np.float32)

    def apply(
        self, images: tf.Tensor, partners: tf.Tensor, rows: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Mix a batch with another.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            partners: The images to mix them with, of the same shape.
            rows: The rows of :meth:`draw` that belong to ``images``.

        Returns:
            The mixed images, uint8, and what share of each is its own, float32 ``(batch,)``.
        """
        import tensorflow as tf

        own_weight, boxes = rows[:, 0], rows[:, 1:]
        mixed = images
        if self.mixup:
            weight = own_weight[:, None, None, None]
            own, other = (tf.cast(each, tf.float32) for each in (images, partners))
            mixed = tf.cast(tf.round(weight * own + (1 - weight) * other), tf.uint8)
        if self.cutmix:
            mixed = tf.where(inside(boxes, images), partners, mixed)
            area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
            pixels = tf.cast(tf.shape(images)[1] * tf.shape(images)[2], tf.float32)
            own_weight = own_weight * (1 - area / pixels)
        return mixed, own_weight
