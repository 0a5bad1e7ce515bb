"""Layers of Keras that have kernels of ours: batch norm, and what can be done in one go with it."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from modelzoo.layers import BatchNormalization
from modelzoo.layers.native import (
    Activation,
    Normalization,
    Window,
    depthwise_conv,
    image_depthwise_conv,
    normalized_depthwise_conv,
    pointwise_pool,
)
from modelzoo.training.parts import NormalizedParts, Parts, PointwiseParts

__all__ = ["apply_fused"]

_KERNELS = ((3, 3), (5, 5))
_STRIDES = ((1, 1), (2, 2))
_ACTIVATIONS = (
    (keras.activations.relu, Activation(low=0.0)),
    (keras.activations.relu6, Activation(low=0.0, high=6.0)),
    (keras.activations.hard_silu, Activation(hard_swish=True)),
)


def apply_fused(layer: keras.layers.Layer, parts: Parts) -> Parts | None:
    """What a layer makes of parts in training, where there is a kernel for it.

    Args:
        layer: A layer of a functional model.
        parts: Its only input.

    Returns:
        Its output; ``None`` where the layer has to be computed by Keras.
    """
    kind = type(layer)
    if not isinstance(layer, keras.layers.Layer) or not _is_plain(layer):
        return None
    if kind in (keras.layers.BatchNormalization, BatchNormalization):
        return _batch_norm(layer, parts)
    if kind is keras.layers.SeparableConv2D:
        return _separable(layer, parts)
    if kind is keras.layers.MaxPooling2D and isinstance(parts, PointwiseParts):
        return _pooled(layer, parts)
    if not isinstance(parts, NormalizedParts):
        return None
    if kind is keras.layers.ReLU and not layer.negative_slope and not layer.threshold:
        high = math.inf if layer.max_value is None else float(layer.max_value)
        return _activated(parts, Activation(low=0.0, high=high))
    if kind is keras.layers.Activation:
        known = (ours for theirs, ours in _ACTIVATIONS if layer.activation is theirs)
        return _activated(parts, next(known, None))
    if kind is keras.layers.ZeroPadding2D and layer.data_format == "channels_last":
        return _padded(parts, layer.padding)
    if kind is keras.layers.DepthwiseConv2D:
        return _depthwise(layer, parts)
    return None


def _is_plain(layer: keras.layers.Layer) -> bool:
    """Whether a layer computes in float32 and does nothing to the loss."""
    return layer.compute_dtype == "float32" and layer.activity_regularizer is None


def _batch_norm(layer: keras.layers.BatchNormalization, parts: Parts) -> Parts | None:
    shape = parts.tensors[0].shape
    if (
        not layer.trainable
        or layer.renorm
        or layer.synchronized
        or layer.axis not in (-1, len(shape) - 1)
        or shape[-1] is None
        or parts.tensors[0].dtype != "float32"
    ):
        return None
    return NormalizedParts(Normalization(layer, parts.tensors, parts.moments))


def _activated(parts: NormalizedParts, activation: Activation | None) -> Parts | None:
    if activation is None or not parts.is_plain:
        return None
    return NormalizedParts(parts.normalization, activation=activation)


def _padded(parts: NormalizedParts, padding: Any) -> Parts | None:
    if parts.is_padded:
        return None
    (top, bottom), (left, right) = padding
    return NormalizedParts(
        parts.normalization,
        activation=parts.activation,
        padding=((top, bottom), (left, right)),
    )


def _depthwise(layer: keras.layers.DepthwiseConv2D, parts: NormalizedParts) -> Parts | None:
    height, width = parts.normalization.parts[0].shape[1:3]
    if (
        layer.kernel_size not in _KERNELS
        or layer.strides not in _STRIDES
        or layer.dilation_rate != (1, 1)
        or layer.depth_multiplier != 1
        or layer.use_bias
        or layer.activation is not keras.activations.linear
        or layer.data_format != "channels_last"
        or (layer.padding == "same" and parts.is_padded)
        or None in (height, width)
    ):
        return None
    kernel, stride = layer.kernel_size[0], layer.strides[0]
    padding = parts.padding
    if layer.padding == "same":
        padding = (_same(height, kernel, stride), _same(width, kernel, stride))
    window = _window(kernel, stride, (height, width), padding)
    maps, moments = normalized_depthwise_conv(
        parts.normalization, layer.kernel.value, window, parts.activation
    )
    return Parts(maps, moments)


def _separable(layer: keras.layers.SeparableConv2D, parts: Parts) -> Parts | None:
    channels = parts.tensors[0].shape[-1]
    if (
        channels is None
        or (channels > 4 and channels % 8)
        or layer.filters % 16
        or layer.depth_multiplier != 1
        or not layer.use_bias
        or layer.activation is not keras.activations.relu
        or layer.dilation_rate != (1, 1)
        or layer.data_format != "channels_last"
        or parts.tensors[0].dtype != "float32"
    ):
        return None
    maps = _spatial(layer, parts.tensors)
    return PointwiseParts(maps, layer.pointwise_kernel.value, layer.bias.value)


def _spatial(layer: keras.layers.SeparableConv2D, maps: list[tf.Tensor]) -> list[tf.Tensor]:
    """The depthwise convolution of a separable one."""
    kernel, (height, width, channels) = layer.depthwise_kernel.value, maps[0].shape[1:]
    size, stride = layer.kernel_size[0], layer.strides[0]
    known = layer.kernel_size in _KERNELS and layer.strides in _STRIDES
    if known and None not in (height, width):
        vertical, horizontal = (0, 0), (0, 0)
        if layer.padding == "same":
            vertical, horizontal = _same(height, size, stride), _same(width, size, stride)
        if channels <= 4 and (size, stride) == (3, 1):
            if layer.padding == "same":
                maps = [tf.pad(each, [(0, 0), vertical, horizontal, (0, 0)]) for each in maps]
            return image_depthwise_conv(maps, kernel)
        if channels > 4:
            return depthwise_conv(
                maps, kernel, _window(size, stride, (height, width), (vertical, horizontal))
            )
    return [
        tf.nn.depthwise_conv2d(each, kernel, [1, *layer.strides, 1], layer.padding.upper())
        for each in maps
    ]


def _pooled(layer: keras.layers.MaxPooling2D, parts: PointwiseParts) -> Parts | None:
    settings = (layer.pool_size, layer.strides, layer.padding, layer.data_format)
    if settings != ((2, 2), (2, 2), "valid", "channels_last"):
        return None
    return Parts(pointwise_pool(parts.inputs, parts.kernel, parts.bias))


def _window(
    kernel: int,
    stride: int,
    size: tuple[int, int],
    padding: tuple[tuple[int, int], tuple[int, int]],
) -> Window:
    (top, bottom), (left, right) = padding
    return Window(
        stride=stride,
        top=top,
        left=left,
        height=(top + size[0] + bottom - kernel) // stride + 1,
        width=(left + size[1] + right - kernel) // stride + 1,
    )


def _same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after, as TensorFlow's padding ``SAME`` has them."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
