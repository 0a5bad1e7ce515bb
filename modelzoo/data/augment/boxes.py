"""Random rectangles: what a crop keeps, and what is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["draw_boxes", "inside"]


def draw_boxes(
    uniform: NDArray[np.float64], *, area: tuple[float, float], aspect: tuple[float, float]
) -> NDArray[np.float64]:
    """Rectangles of random area, aspect ratio and place that lie in the image.

    The area is uniform and so is the logarithm of the aspect ratio, among those ratios with which
    a rectangle of that area fits; no attempt is thrown away, so that each image's rectangle
    depends on its own numbers alone.

    Args:
        uniform: Random numbers of 0 to 1, ``(n, 4)``.
        area: The smallest and the largest share of the image's area.
        aspect: The smallest and the largest ratio of width to height, 1 being the image's own.

    Returns:
        Float64 ``(n, 4)``: top, left, height and width, as shares of the image's sides.

    Example:
        >>> draw_boxes(np.zeros((1, 4)), area=(0.25, 1.0), aspect=(1.0, 1.0)).tolist()
        [[0.0, 0.0, 0.5, 0.5]]
    """
    share = area[0] + (area[1] - area[0]) * uniform[:, 0]
    low = np.log(np.maximum(aspect[0], share))
    high = np.log(np.minimum(aspect[1], 1 / share))
    ratio = np.exp(low + (high - low) * uniform[:, 1])
    height = np.minimum(np.sqrt(share / ratio), 1.0)
    width = np.minimum(np.sqrt(share * ratio), 1.0)
    top, left = (1 - height) * uniform[:, 2], (1 - width) * uniform[:, 3]
    return np.stack([top, left, height, width], axis=1)


def inside(boxes: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Which pixels are in a rectangle of their image.

    Args:
        boxes: Float32 ``(batch, 4)``: the first row and column of pixels in it, and the first
            ones that are no more.
        images: ``(batch, height, width, channels)``.

    Returns:
        Bool ``(batch, height, width, 1)``.
    """
    import tensorflow as tf

    shape = tf.shape(images)
    y = tf.range(shape[1])[None, :, None, None]
    x = tf.range(shape[2])[None, None, :, None]
    edges = tf.cast(boxes, tf.int32)[:, :, None, None, None]
    top, left, bottom, right = (edges[:, each] for each in range(4))
    return (y >= top) & (y < bottom) & (x >= left) & (x < right)
