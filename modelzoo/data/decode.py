"""Image files and arrays to uint8 arrays of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from modelzoo.data.mapped_subset import MappedSubset
from modelzoo.errors import ArrayError, BadImageError
from modelzoo.progress import progress

__all__ = [
    "FORMATS",
    "IMAGE_SUFFIXES",
    "decode_bytes",
    "decode_image",
    "fit_image",
    "fit_images",
    "read_image_file",
]

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"})

_MODES = {1: "L", 3: "RGB"}
_ORIENTATION_TAG = 0x0112
# From the orientations of Exif 2.32, tag 274, to upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = frozenset({5, 6, 7, 8})


def decode_image(path: str | Path, shape: Sequence[int]) -> NDArray[np.uint8]:
    """Decode an image file and resize it.

    Args:
        path: A JPEG, PNG, BMP, GIF (its first frame) or WebP file, whatever its name ends in.
        shape: ``(height, width, channels)`` to have; 1 channel is luminance (ITU-R 601), 3 are
            red, green and blue. Width and height are reached by stretching, with antialiased
            bilinear interpolation; an Exif orientation is obeyed, transparency is left out.

    Returns:
        uint8 array of ``shape``, 0-255.

    Raises:
        BadImageError: The file can't be read or is not a whole image; the message has its path.
        ArrayError: ``shape`` has other than 1 or 3 channels.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "red.png"
        >>> Image.new("RGB", (8, 8), "red").save(path)
        >>> decode_image(path, (2, 2, 3))[0, 0].tolist()
        [255, 0, 0]
    """
    return decode_bytes(read_image_file(Path(path)), shape, name=str(path))


def read_image_file(path: Path) -> bytes:
    """The bytes of an image file.

    Raises:
        BadImageError: It can't be read; the message has its path.

    Example:
        >>> read_image_file(Path("no.jpg"))
        Traceback (most recent call last):
        modelzoo.errors.BadImageError: no.jpg can't be read: No such file or directory.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadImageError(f"{path} can't be read: {error.strerror or error}.") from error


def decode_bytes(data: bytes, shape: Sequence[int], *, name: str) -> NDArray[np.uint8]:
    """Decode the bytes of an image file and resize it.

    Args:
        data: All bytes of the file.
        shape: As for :func:`decode_image`.
        name: The file's path, which begins the error.

    Returns:
        uint8 array of ``shape``, 0-255.

    Raises:
        BadImageError: They are not a whole image.
        ArrayError: ``shape`` has other than 1 or 3 channels.
    """
    height, width, channels = shape
    mode = _mode(channels)
    if not data:
        raise BadImageError(f"{name} is not an image: it is empty (0 bytes).")
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
        size = (height, width) if orientation in _LYING else (width, height)
        # For a JPEG: decode at the smallest scale of its cosine transform that suffices. The box
        # is the image's exact size at that scale, which its whole number of pixels may exceed.
        drafted = image.draft(mode, size)
        box = drafted[1] if drafted else None
        image = _converted(image, mode).resize(size, Image.Resampling.BILINEAR, box)
    except UnidentifiedImageError as error:
        raise BadImageError(
            f"{name} ({len(data)} bytes) is no {', '.join(FORMATS[:-1])} or {FORMATS[-1]} image, "
            f"or breaks off at once: it begins with {data[:8]!r}."
        ) from error
    except MemoryError:
        raise
    except Exception as error:
        # Damaged files make Pillow raise all sorts of errors, SyntaxError and IndexError included.
        raise BadImageError(f"{name} ({len(data)} bytes) can't be decoded: {error}.") from error
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    return np.asarray(image).reshape(height, width, channels)


def fit_images(
    images: NDArray[Any] | MappedSubset, shape: Sequence[int]
) -> NDArray[np.uint8] | MappedSubset:
    """Bring images of an array to a shape, in the way of :func:`decode_image`.

    Args:
        images: uint8 ``(n, height, width, channels)``, 0-255.
        shape: ``(height, width, channels)`` to have.

    Returns:
        uint8 ``(n, *shape)``; ``images`` itself where it has the shape already.

    Raises:
        ArrayError: Not such an array, or other than 1 or 3 channels have to be converted.

    Example:
        >>> fit_images(np.zeros((5, 28, 28, 1), np.uint8), (14, 14, 3)).shape
        (5, 14, 14, 3)
    """
    if images.dtype != np.uint8 or images.ndim != 4 or 0 in images.shape[1:]:
        raise ArrayError(
            f"Images are {images.dtype} of shape {images.shape}, expected uint8 of shape "
            "(images, height, width, channels)."
        )
    if images.shape[1:] == tuple(shape):
        return images
    fitted = np.empty((len(images), *shape), np.uint8)
    with progress(len(images), "Resizing images") as bar:
        for index, image in enumerate(images):
            fitted[index] = fit_image(image, shape)
            bar.advance()
    return fitted


def fit_image(image: NDArray[np.uint8], shape: Sequence[int]) -> NDArray[np.uint8]:
    """Bring one image of an array to a shape.

    Args:
        image: uint8 ``(height, width, channels)``, 0-255.
        shape: ``(height, width, channels)`` to have.

    Returns:
        uint8 array of ``shape``.

    Raises:
        ArrayError: There are other than 1 or 3 channels.

    Example:
        >>> fit_image(np.full((4, 4, 3), 7, np.uint8), (2, 2, 1)).ravel().tolist()
        [7, 7, 7, 7]
    """
    height, width, channels = shape
    mode, had = _mode(channels), _mode(image.shape[-1])
    picture = Image.fromarray(np.squeeze(image, -1) if had == "L" else image)
    picture = picture.convert(mode).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(picture).reshape(height, width, channels)


def _mode(channels: int) -> str:
    if channels not in _MODES:
        raise ArrayError(f"Images with {channels} channels can't be made: it has to be 1 or 3.")
    return _MODES[channels]


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if image.mode == mode:
        return image  # and not a copy
    if image.mode.startswith("I;16"):
        # Pillow would clip 16 bits to 255 instead of scaling them.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "P" and "transparency" in image.info:
        # Pillow warns where a palette loses its transparency, which is meant here.
        image = image.convert("RGBA")
    return image.convert(mode)
