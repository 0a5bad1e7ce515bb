"""What can be done to training images, and in which order it is done."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from modelzoo.data.augment.colour import Colour
from modelzoo.data.augment.erasing import Erasing
from modelzoo.data.augment.geometry import Geometry
from modelzoo.data.augment.mixing import Mixing
from modelzoo.errors import ConfigError

if TYPE_CHECKING:
    import tensorflow as tf
    from numpy.typing import NDArray

__all__ = ["Augmentation"]

_Part = TypeVar("_Part", Geometry, Colour, Erasing, Mixing)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """What is done to training images, in this order; each setting is off by default.

    An image is cropped, then moved (flip, zoom, shear, shift and rotation are one affine
    transform about its centre, with one interpolation), then its brightness and contrast are
    changed, then a part of it is erased, and then it is mixed with another image.

    Attributes:
        horizontal_flip: Mirror every second image, by chance.
        vertical_flip: Turn every second image upside down, by chance.
        shift: Shift by up to this share of the height and of the width, as ``height_shift_range``
            and ``width_shift_range`` of Keras's ``ImageDataGenerator``; below 1.
        crop: Keep a rectangle of at least this share of the area, stretched to the whole image,
            as ``RandomResizedCrop(scale=(crop, 1))`` of torchvision does, with sides whose ratio
            is 3/4 to 4/3 of the image's own; 1 keeps it whole.
        zoom: Scale height and width each by a factor of ``1 - zoom`` to ``1 + zoom``, as
            ``zoom_range`` of ``ImageDataGenerator``; below 1.
        shear: Shear by an angle of ``-shear`` to ``shear`` degrees, as ``shear_range``; below 90.
        rotation: Rotate by ``-rotation`` to ``rotation`` degrees, as ``rotation_range``; at most
            180.
        brightness: Multiply by ``1 - brightness`` to ``1 + brightness``, as torchvision's
            ``ColorJitter``; at most 1.
        contrast: Multiply the distance from the image's mean luminance by ``1 - contrast`` to
            ``1 + contrast``, as ``ColorJitter``; at most 1.
        erasing: Probability that a rectangle of 2 % to 33 % of the area becomes black, as
            torchvision's ``RandomErasing(p=erasing)``.
        mixup: Average with another image, with the weights ``w`` and ``1 - w`` for images and
            labels alike, ``w`` from the Beta distribution (mixup, mixup); 0.2 is usual.
        cutmix: Take a rectangle from another image, whose label counts with the rectangle's share
            of the area: up to rounding ``1 - w``, ``w`` from Beta (cutmix, cutmix); 1 is usual.
            With ``mixup``, too, it is one of the two for each image, by chance.

    Raises:
        ConfigError: A value is out of range.

    Example:
        >>> Augmentation(zoom=0.2).mixes, Augmentation(zoom=0.2, mixup=0.2).mixes
        (False, True)
    """

    horizontal_flip: bool = False
    vertical_flip: bool = False
    shift: float = 0.0
    crop: float = 1.0
    zoom: float = 0.0
    shear: float = 0.0
    rotation: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    erasing: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0

    def __post_init__(self) -> None:
        for name in ("horizontal_flip", "vertical_flip"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise ConfigError(f"{name} is {value!r}, expected true or false.")
        self._check("shift", "a number from 0 to below 1", lambda value: 0 <= value < 1)
        self._check("crop", "a number above 0, at most 1", lambda value: 0 < value <= 1)
        self._check("zoom", "a number from 0 to below 1", lambda value: 0 <= value < 1)
        self._check("shear", "a number from 0 to below 90", lambda value: 0 <= value < 90)
        self._check("rotation", "a number from 0 to 180", lambda value: 0 <= value <= 180)
        for name in ("brightness", "contrast", "erasing"):
            self._check(name, "a number from 0 to 1", lambda value: 0 <= value <= 1)
        for name in ("mixup", "cutmix"):
            self._check(name, "a number from 0 up", lambda value: value >= 0)

    def _check(self, name: str, expected: str, is_good: Callable[[float], bool]) -> None:
        value = getattr(self, name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
            or not is_good(value)
        ):
            raise ConfigError(f"{name} is {value!r}, expected {expected}.")

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
    def mixes(self) -> bool:
        """Whether images are mixed with others, so that :meth:`mix` is to be called."""
        return self._mixing.columns > 0

    def draw(self, *, seed: int, epoch: int, size: tuple[int, int], n: int) -> NDArray[np.float32]:
        """The random numbers for each image of an epoch.

        Each setting has random numbers of its own: what one of them does to an image does not
        depend on the others.

        Args:
            seed: The training's seed.
            epoch: The epoch.
            size: Height and width of the images, in pixels.
            n: How many images there are.

        Returns:
            Float32 ``(n, k)``, by index of the image, for :meth:`apply` and :meth:`mix` of the
            same augmentation; ``(n, 0)`` where nothing is done.

        Example:
            >>> Augmentation(rotation=15.0).draw(seed=0, epoch=0, size=(28, 28), n=5).shape
            (5, 6)
        """
        drawn = [
            part.draw(seed, epoch, size, n) for part in (*self._parts, self._mixing) if part.columns
        ]
        return np.concatenate([np.zeros((n, 0), np.float32), *drawn], axis=1)

    def apply(self, images: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        """Do to a batch, or to any part of one, all that needs no other image.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            rows: The rows of :meth:`draw` that belong to these images.

        Returns:
            uint8 of the same shape.
        """
        first = 0
        for part in self._parts:
            if part.columns:
                images = _compiled(part)(images, rows[:, first : first + part.columns])
            first += part.columns
        return images

    def mix(
        self, images: tf.Tensor, partners: tf.Tensor, rows: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Mix a batch, or any part of one, with the images' partners.

        The loss of a mixed image is ``own_weight * loss(label) + (1 - own_weight) *
        loss(the partner's label)``: for losses that are linear in the label, cross-entropy among
        them, that is the loss with the labels mixed.

        Args:
            images: uint8 ``(batch, height, width, channels)``, after :meth:`apply`.
            partners: The images of :func:`~modelzoo.data.augment.mixing.draw_partners`, after
                :meth:`apply` with their own rows.
            rows: The rows of :meth:`draw` that belong to ``images``.

        Returns:
            The mixed images, uint8 of the same shape, and ``own_weight``, the share of each
            image's own label, float32 ``(batch,)``. Rounding to whole numbers adds at most half
            of one of 255 steps, as storing the images did before, and keeps the model's input
            what it is everywhere else.
        """
        first = sum(part.columns for part in self._parts)
        mixed, own_weight = _compiled(self._mixing)(images, partners, rows[:, first:])
        return mixed, own_weight

    @property
    def _parts(self) -> tuple[Geometry, Colour, Erasing]:
        """What is done to one image at a time, in order."""
        return self._part(Geometry), self._part(Colour), self._part(Erasing)

    @property
    def _mixing(self) -> Mixing:
        return self._part(Mixing)

    def _part(self, kind: type[_Part]) -> _Part:
        names = [field.name for field in dataclasses.fields(kind)]
        return kind(**{name: getattr(self, name) for name in names})


@functools.cache
def _compiled(part: Geometry | Colour | Erasing | Mixing) -> Any:
    """A part's ``apply``, made one pass over the pixels by XLA; the same for equal parts.

    Each part by itself: in one piece, XLA would warp an image once for its mean luminance and
    once more for its pixels.
    """
    import tensorflow as tf

    return tf.function(part.apply, autograph=False, jit_compile=True)
