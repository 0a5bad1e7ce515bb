"""The depthwise-separable block of the MobileNets paper, and the plain convolution beside it.

Howard et al. 2017, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
Applications", arXiv:1704.04861, section 3.1 and figure 3. The layers, their names, ReLU6 and the
padding are those of ``keras.applications.MobileNet``, so that its weight files fit.
"""

from __future__ import annotations

import keras

from modelzoo.layers.batch_normalization import BatchNormalization

__all__ = ["conv_block", "depthwise_separable_block"]


def conv_block(
    x: keras.KerasTensor, filters: int, *, kernel_size: int = 3, strides: int = 1, name: str
) -> keras.KerasTensor:
    """Convolution without bias, batch norm, ReLU6.

    Args:
        x: Float maps ``(batch, height, width, channels)``.
        filters: Number of output channels.
        kernel_size: Side of the square kernel, in pixels.
        strides: Step of the kernel, in pixels.
        name: The convolution's name; batch norm and activation are ``NAME_bn`` and ``NAME_relu``.

    Returns:
        Float maps ``(batch, ceil(height / strides), ceil(width / strides), filters)``, 0 to 6.

    Example:
        >>> conv_block(keras.Input((32, 32, 3)), 8, strides=2, name="conv1").shape
        (None, 16, 16, 8)
    """
    x = keras.layers.Conv2D(
        filters, kernel_size, strides=strides, padding="same", use_bias=False, name=name
    )(x)
    return _norm_relu6(x, name)


def depthwise_separable_block(
    x: keras.KerasTensor, filters: int, *, strides: int = 1, index: int
) -> keras.KerasTensor:
    """A 3 x 3 filter per channel, then a 1 x 1 convolution; batch norm and ReLU6 after each.

    It takes ``1 / filters + 1 / 9`` of the multiply-adds of a 3 x 3 convolution (section 3.1).

    Args:
        x: Float maps ``(batch, height, width, channels)``.
        filters: Number of output channels.
        strides: Step of the 3 x 3 filter, 1 or 2 pixels.
        index: Number of the block, part of its layers' names: ``conv_dw_INDEX``,
            ``conv_pw_INDEX``, each with ``_bn`` and ``_relu``.

    Returns:
        Float maps ``(batch, height // strides, width // strides, filters)``, 0 to 6.

    Example:
        >>> depthwise_separable_block(keras.Input((32, 32, 3)), 8, strides=2, index=1).shape
        (None, 16, 16, 8)
    """
    if strides > 1:
        # For odd sizes "same" would pad on the other side than the published weights expect.
        x = keras.layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{index}")(x)
    x = keras.layers.DepthwiseConv2D(
        3,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        name=f"conv_dw_{index}",
    )(x)
    x = _norm_relu6(x, f"conv_dw_{index}")
    return conv_block(x, filters, kernel_size=1, name=f"conv_pw_{index}")


def _norm_relu6(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    x = BatchNormalization(name=f"{name}_bn")(x)
    return keras.layers.ReLU(6.0, name=f"{name}_relu")(x)
