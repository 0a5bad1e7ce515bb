"""From an image file to pixels."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from modelzoo.errors import BadImageError
from modelzoo.registry import Shape

__all__ = ["decode_image", "fit_images"]


def decode_image(path: str | Path, shape: Shape) -> NDArray[np.uint8]:
    """Read an image file as an array of exactly this shape.

    A JPEG is decoded at the smallest scale of its discrete cosine transform that is not smaller
    than the result. The image is turned as its EXIF orientation says, then resized bilinearly
    with antialiasing; its aspect ratio is not kept.

    Args:
        path: The file.
        shape: ``(height, width, channels)``; 1 channel: grey, 3: RGB.

    Returns:
        uint8 of that shape, 0-255.

    Raises:
        BadImageError: The file is not a whole image that can be decoded.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "white.png"
        >>> Image.new("RGB", (20, 10), "white").save(path)
        >>> decode_image(path, (4, 4, 1)).max()
        np.uint8(255)
    """
    height, width, _ = shape
    # A photo taken sideways is turned after it is decoded: both sides have to be long enough.
    side = max(height, width)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                image.draft(None, (side, side))
                return _fitted(ImageOps.exif_transpose(image), shape)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _bad(path, error) from error
    except Image.DecompressionBombWarning as error:
        raise _bad(path, error) from error


def fit_images(images: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint8]:
    """Resize images and convert their channels where they have another shape.

    Args:
        images: uint8 ``(n, height, width, channels)`` with 1 (grey) or 3 (RGB) channels.
        shape: ``(height, width, channels)`` of the result.

    Returns:
        uint8 ``(n, *shape)``; ``images`` itself where it has the shape already.

    Example:
        >>> fit_images(np.zeros((2, 28, 28, 1), np.uint8), (32, 32, 3)).shape
        (2, 32, 32, 3)
    """
    if images.shape[1:] == tuple(shape):
        return images
    fitted = np.empty((len(images), *shape), np.uint8)
    for index, pixels in enumerate(images):
        fitted[index] = _fitted(
            Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels), shape
        )
    return fitted


def _fitted(image: Image.Image, shape: Shape) -> NDArray[np.uint8]:
    height, width, channels = shape
    # A palette or a transparent image first gets its true colours.
    if image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image = image.convert("L" if channels == 1 else "RGB")
    image = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=None)
    return np.asarray(image, np.uint8).reshape(shape)


def _bad(path: str | Path, error: Exception | Warning) -> BadImageError:
    file = Path(path)
    if not file.is_file():
        return BadImageError(f"{path} is not a file.")
    size = file.stat().st_size
    reason = "it is empty (0 bytes)" if size == 0 else f"{size} bytes, {_reason(error)}"
    return BadImageError(
        f"{path} can't be read as an image: {reason}. Repair or delete the file; a training "
        "leaves such files out with bad_images='skip'."
    )


def _reason(error: Exception | Warning) -> str:
    # Pillow names the file once more in this case.
    if "cannot identify image file" in str(error):
        return "it is in no image format that is known"
    return str(error).rstrip(".")
