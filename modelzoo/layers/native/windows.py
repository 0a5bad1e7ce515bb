"""What all operations on maps share: windows that move over them, and shapes that are known."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import tensorflow as tf

__all__ = ["Parts", "Window", "shaped_by", "shaped_like"]

Parts = Sequence[tf.Tensor]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How a depthwise kernel moves over maps.

    Attributes:
        stride: Its step, 1 or 2 pixels.
        top: Rows of zeros above the maps.
        left: Columns of zeros left of them.
        height: Rows of the result.
        width: Columns of the result.
    """

    stride: int
    top: int
    left: int
    height: int
    width: int


def shaped_like(reference: tf.Tensor, tensor: tf.Tensor) -> tf.Tensor:
    """The tensor, known to have the shape of another: the kernels do not tell."""
    tensor.set_shape(reference.shape)
    return tensor


def shaped_by(window: Window, x: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    """What a depthwise kernel makes of ``x``, known to have its shape."""
    z.set_shape([x.shape[0], window.height, window.width, x.shape[3]])
    return z
