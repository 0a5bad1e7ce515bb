"""Pictures of shapes by their signed distances, many at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHAPES", "coverage"]

Floats: TypeAlias = NDArray[np.floating[Any]]


def _circle(x: Floats, y: Floats) -> Floats:
    return np.hypot(x, y) - np.float32(1)


def _square(x: Floats, y: Floats) -> Floats:
    return np.maximum(np.abs(x), np.abs(y)) - np.float32(np.sqrt(0.5))


def _triangle(x: Floats, y: Floats) -> Floats:
    slanted = np.float32(np.sqrt(0.75)) * np.abs(x) - y / 2
    return np.maximum(slanted, y) - np.float32(0.5)


def _cross(x: Floats, y: Floats) -> Floats:
    long, short = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    return np.maximum(long - np.float32(0.95), short - np.float32(0.3))


def _ring(x: Floats, y: Floats) -> Floats:
    return np.abs(np.hypot(x, y) - np.float32(0.8)) - np.float32(0.2)


def _star(x: Floats, y: Floats) -> Floats:
    # All ten edges are mirrored onto the one from the tip at (1, 0) to the notch beside it.
    half = math.pi / 5
    angle = np.abs((np.arctan2(y, x) + half) % (2 * half) - half)
    radius = np.hypot(x, y)
    edge_x, edge_y = 0.4 * math.cos(half) - 1, 0.4 * math.sin(half)
    cross_product = edge_y * (radius * np.cos(angle) - 1) - edge_x * radius * np.sin(angle)
    return cross_product / math.hypot(edge_x, edge_y)


SHAPES: Mapping[str, Callable[[Floats, Floats], Floats]] = MappingProxyType(
    {
        "circle": _circle,
        "square": _square,
        "triangle": _triangle,
        "cross": _cross,
        "ring": _ring,
        "star": _star,
    }
)
"""Each shape's name and its distance function: from coordinates in which the shape's enclosing
circle has radius 1 to a number that is below zero inside, and beside an edge the distance to it."""


def coverage(shape: str, centres: Floats, radii: Floats, angles: Floats, side: int) -> Floats:
    """How much of each pixel a shape covers.

    Args:
        shape: A name of :data:`SHAPES`.
        centres: Float32 ``(n, 2)``, x and y of each picture's shape, 0 to 1 of the side.
        radii: Float32 ``(n,)``, of the enclosing circle, as a share of the side.
        angles: Float32 ``(n,)``, turned by so many radians.
        side: Height and width of the pictures, in pixels.

    Returns:
        Float32 ``(n, side, side)``: 0 outside, 1 inside, between them where an edge goes through.

    Example:
        >>> one = np.ones(1, np.float32)
        >>> covered = coverage("square", np.full((1, 2), 0.5, np.float32), one / 4, 0 * one, 64)
        >>> round(float(covered.mean()), 3)  # its side is sqrt(2) radii
        0.125
    """
    pixels: Floats = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / np.float32(side)
    scale = 1 / radii[:, None, None]
    x = (pixels[None, None, :] - centres[:, 0, None, None]) * scale
    y = (pixels[None, :, None] - centres[:, 1, None, None]) * scale
    cosine, sine = np.cos(angles)[:, None, None], np.sin(angles)[:, None, None]
    distance = SHAPES[shape](cosine * x + sine * y, cosine * y - sine * x)
    covered: Floats = np.clip(np.float32(0.5) - distance * (radii[:, None, None] * side), 0, 1)
    return covered
