"""Depthwise and pointwise convolutions of a batch in parts, with their gradients."""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow as tf

from modelzoo.layers.native.activations import LINEAR
from modelzoo.layers.native.library import kernels
from modelzoo.layers.native.windows import Parts, Window, shaped_by, shaped_like

__all__ = ["depthwise_conv", "image_depthwise_conv", "pointwise_pool"]


def depthwise_conv(parts: Parts, kernel: tf.Tensor, window: Window) -> list[tf.Tensor]:
    """A depthwise convolution of maps as they are.

    Args:
        parts: Float32 maps ``(batch, height, width, channels)``.
        kernel: Float32 ``(3, 3, channels, 1)`` or ``(5, 5, channels, 1)``.
        window: How the kernel moves.

    Returns:
        Maps ``(batch, window.height, window.width, channels)``.
    """
    native = kernels()
    settings = {**dataclasses.asdict(LINEAR), **dataclasses.asdict(window)}
    zeros = tf.zeros([kernel.shape[2]])
    settings["coefficients"] = tf.stack([zeros + 1, zeros, zeros, zeros + 1])

    @tf.custom_gradient
    def forward(kernel: tf.Tensor, *parts: tf.Tensor) -> Any:
        outputs = [
            shaped_by(window, x, native.modelzoo_depthwise(x=x, kernel=kernel, **settings).z)
            for x in parts
        ]

        def gradient(*upstream: tf.Tensor) -> Any:
            found = [
                native.modelzoo_depthwise_gradient(dz=dz, x=x, kernel=kernel, **settings)
                for dz, x in zip(upstream, parts, strict=True)
            ]
            return (
                shaped_like(kernel, tf.add_n([each.dk for each in found])),
                *(shaped_like(x, each.g) for each, x in zip(found, parts, strict=True)),
            )

        return outputs, gradient

    return list(forward(kernel, *parts))


def image_depthwise_conv(parts: Parts, kernel: tf.Tensor) -> list[tf.Tensor]:
    """A depthwise convolution of images, without padding and with a stride of 1.

    Args:
        parts: Float32 ``(batch, height, width, channels)``, of at most 4 channels.
        kernel: Float32 ``(3, 3, channels, 1)``.

    Returns:
        Maps ``(batch, height - 2, width - 2, channels)``.
    """
    native = kernels()

    @tf.custom_gradient
    def forward(kernel: tf.Tensor, *parts: tf.Tensor) -> Any:
        def gradient(*upstream: tf.Tensor) -> Any:
            pairs = list(zip(upstream, parts, strict=True))
            found = [native.modelzoo_image_depthwise_gradient(dz=dz, x=x) for dz, x in pairs]
            return (
                shaped_like(kernel, tf.add_n(found)),
                # Nobody asks for that of the images themselves, and what nobody asks for is not
                # computed.
                *(
                    tf.nn.depthwise_conv2d_backprop_input(
                        tf.shape(x), kernel, dz, [1, 1, 1, 1], "VALID"
                    )
                    for dz, x in pairs
                ),
            )

        return [native.modelzoo_image_depthwise(x=x, kernel=kernel) for x in parts], gradient

    maps = forward(kernel, *parts)
    for each, x in zip(maps, parts, strict=True):
        height, width = (None if side is None else side - 2 for side in x.shape[1:3])
        each.set_shape([x.shape[0], height, width, x.shape[3]])
    return list(maps)


def pointwise_pool(parts: Parts, kernel: tf.Tensor, bias: tf.Tensor) -> list[tf.Tensor]:
    """A 1 x 1 convolution, bias, ReLU and 2 x 2 max pooling in one go.

    Args:
        parts: Float32 maps ``(batch, height, width, channels)``; channels are at most 4 or a
            multiple of 8.
        kernel: Float32 ``(1, 1, channels, outputs)``; outputs are a multiple of 16.
        bias: Float32 ``(outputs,)``.

    Returns:
        Maps ``(batch, height // 2, width // 2, outputs)``, 0 or more.
    """
    native = kernels()

    @tf.custom_gradient
    def forward(kernel: tf.Tensor, bias: tf.Tensor, *parts: tf.Tensor) -> Any:
        made = [native.modelzoo_pointwise_pool(x=x, kernel=kernel, bias=bias) for x in parts]

        def gradient(*upstream: tf.Tensor) -> Any:
            found = [
                native.modelzoo_pointwise_pool_gradient(
                    dy=dy, winners=each.winners, x=x, kernel=kernel
                )
                for dy, each, x in zip(upstream, made, parts, strict=True)
            ]
            return (
                shaped_like(kernel, tf.add_n([each.dk for each in found])),
                shaped_like(bias, tf.add_n([each.db for each in found])),
                *(shaped_like(x, each.dx) for each, x in zip(found, parts, strict=True)),
            )

        return [each.y for each in made], gradient

    pooled = forward(kernel, bias, *parts)
    for each, x in zip(pooled, parts, strict=True):
        height, width = (None if side is None else side // 2 for side in x.shape[1:3])
        each.set_shape([x.shape[0], height, width, bias.shape[0]])
    return list(pooled)
