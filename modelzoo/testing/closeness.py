"""Whether two computations of a model's outputs are the same but for rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["assert_close", "assert_relatively_close", "spread"]

# Of what outputs differ by from image to image. Many layers with weights at random make rounding
# errors grow: to 2 % in the deepest network that was tried, EfficientNet-B7 on 32 x 32 pixels.
_TOLERANCE = 0.1
# What is left where all outputs are the same: a few units in the last place of float32.
_ROUNDING = 1e-6


def spread(outputs: NDArray[np.float32]) -> float:
    """How much outputs differ from image to image: their standard deviation, on average.

    Args:
        outputs: ``(images, ...)``.

    Example:
        >>> spread(np.array([[1.0, 5.0], [3.0, 7.0]], np.float32))
        1.0
    """
    return _rms(outputs.astype(np.float64).std(axis=0))


def assert_close(found: NDArray[np.float32], expected: NDArray[np.float32], what: str) -> None:
    """Raise where outputs differ by more than rounding makes of them.

    That is measured by how much they differ from image to image: a deviation that is small beside
    the outputs may well be large beside what tells one image from another.

    Args:
        found: ``(images, ...)``.
        expected: Of the same shape.
        what: Which two outputs these are; begins the error.

    Raises:
        AssertionError: They differ, or have other shapes.

    Example:
        >>> outputs = np.array([[1.0], [3.0]], np.float32)
        >>> assert_close(outputs + 0.5, outputs, "outputs alone and beside others")
        Traceback (most recent call last):
        AssertionError: outputs alone and beside others differ by 0.5, ...
    """
    _assert_same_shape(found, expected, what)
    difference = _rms(found.astype(np.float64) - expected)
    between = spread(expected)
    allowed = _TOLERANCE * between + _ROUNDING * _rms(expected)
    assert difference <= allowed, (
        f"{what} differ by {difference:.3g}, allowed are {allowed:.3g}, since they differ by "
        f"{between:.3g} from image to image"
    )


def assert_relatively_close(
    found: NDArray[np.float32], expected: NDArray[np.float32], what: str, *, tolerance: float
) -> None:
    """Raise where outputs differ by more than a share of the largest of them.

    Args:
        found: ``(images, ...)``.
        expected: Of the same shape.
        what: Which two outputs these are; begins the error.
        tolerance: The share.

    Raises:
        AssertionError: They differ, or have other shapes.

    Example:
        >>> assert_relatively_close(np.array([1.01]), np.array([1.0]), "both", tolerance=0.1)
    """
    _assert_same_shape(found, expected, what)
    difference = float(np.abs(found.astype(np.float64) - expected).max())
    largest = float(np.abs(expected).max())
    assert difference <= tolerance * largest, (
        f"{what} differ by up to {difference:.3g}, allowed are {tolerance * largest:.3g}, "
        f"{tolerance:.0%} of the largest"
    )


def _assert_same_shape(
    found: NDArray[np.float32], expected: NDArray[np.float32], what: str
) -> None:
    assert found.shape == expected.shape, (
        f"{what} have different shapes, {found.shape} and {expected.shape}"
    )


def _rms(values: NDArray[np.float64] | NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
