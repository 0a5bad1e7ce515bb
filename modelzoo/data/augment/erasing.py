"""Random erasing (Zhong et al. 2020, "Random Erasing Data Augmentation")."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.data.augment.boxes import draw_boxes, inside
from modelzoo.data.order import random_generator

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Erasing"]

# Of torchvision's RandomErasing.
_AREA = (0.02, 0.33)
_ASPECT = (0.3, 3.3)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """The setting of :class:`Augmentation` that takes a part of an image away."""

    erasing: float

    @property
    def columns(self) -> int:
        """How many numbers an image takes."""
        return 4 if self.erasing else 0

    def draw(self, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """Numbers for each image of an epoch.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images, in pixels.
            n: How many images there are.

        Returns:
            Float32 ``(n, 4)``: the first row and column of pixels to erase, and the first ones
            to keep again; all 0 where an image stays whole.
        """
        uniform = random_generator(seed, epoch, "augment erasing").random((n, 5))
        boxes = draw_boxes(uniform[:, :4], area=_AREA, aspect=_ASPECT)
        begin, extent = boxes[:, :2], boxes[:, 2:]
        edges = np.rint(np.concatenate([begin, begin + extent], axis=1) * (*size, *size))
        edges[uniform[:, 4] >= self.erasing] = 0
        return edges.astype(np.float32)

    def apply(self, images: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        """Make the rectangles of a batch black.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            rows: The rows of :meth:`draw` that belong to these images.

        Returns:
            uint8 of the same shape.
        """
        import tensorflow as tf

        return tf.where(inside(rows, images), tf.zeros((), images.dtype), images)
