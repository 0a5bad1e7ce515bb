"""Whether arrays that a user gives are images, and what to do where they are not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import ArrayError

_CHANNELS = (1, 3)


def is_array(value: object) -> bool:
    """Whether NumPy sees an array in it: its own, or a tensor of any library.

    Example:
        >>> is_array(np.zeros(3)), is_array([0, 0, 0])
        (True, False)
    """
    return hasattr(value, "__array__") and not isinstance(value, type)


def check_images(images: NDArray[Any], source: str, *, dimensions: int) -> None:
    """Refuse an array that is not a uint8 image, or not a batch of them.

    Args:
        images: Should be uint8 ``(height, width, channels)``, or a batch of that.
        source: What it is called in the error.
        dimensions: 3 for one image, 4 for a batch.

    Raises:
        ArrayError: A wrong shape or dtype, or NaN; says how to convert floats.

    Example:
        >>> check_images(np.zeros((8, 8, 3), np.uint8), "image 0", dimensions=3)
    """
    if images.ndim != dimensions or 0 in images.shape[-3:] or images.shape[-1] not in _CHANNELS:
        raise ArrayError(
            f"{source} has shape {images.shape}, expected (height, width, channels) with 1 or 3 "
            "channels, (height, width) of a grey image, or a batch (n, height, width, channels). "
            "A batch of grey images (n, height, width) becomes one with images[..., None]."
        )
    if images.dtype != np.uint8:
        raise ArrayError(
            f"{source} has dtype {images.dtype}, expected uint8 of 0-255. {_conversion(images)}"
        )


def _conversion(images: NDArray[Any]) -> str:
    if np.issubdtype(images.dtype, np.floating):
        wrong = int(np.count_nonzero(~np.isfinite(images)))
        if wrong:
            return f"{wrong} of its values are NaN or infinite: see where they come from."
        if images.size and images.min() >= 0 and images.max() <= 1:
            return "Its values are 0-1: convert it with (255 * image).round().astype('uint8')."
        if images.size and images.min() >= 0 and images.max() <= 255:
            return "Its values are 0-255: convert it with image.round().astype('uint8')."
        return "Undo its normalisation, then convert it with image.round().astype('uint8')."
    return "Where its values are 0-255, convert it with image.astype('uint8')."
