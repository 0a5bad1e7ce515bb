"""The blocks of MobileNet v2 and v3: inverted residuals, squeeze and excite, hard swish.

Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381,
and Howard et al. 2019, "Searching for MobileNetV3", arXiv:1905.02244. Widths, rounding, padding
and batch norm are those of ``keras.applications``, so that its weight files fit: the layers that
have weights come in the same order and have the same shapes.
"""

from __future__ import annotations

from typing import Literal

import keras

from modelzoo.layers import BatchNormalization

__all__ = ["Activation", "conv_norm", "inverted_residual", "round_channels", "squeeze_excite"]

Activation = Literal["relu", "relu6", "hard_swish"]

# What the names of layers call them: ReLU6 is "relu", as in all MobileNets of Keras.
_NAMES: dict[Activation, str] = {"relu": "relu", "relu6": "relu", "hard_swish": "hard_swish"}


def round_channels(channels: float) -> int:
    """The multiple of 8 nearest to a number of channels, at least 8 and at least 90 % of it.

    Not in the papers; the authors' own code has it, and so have the published weights.

    Args:
        channels: Such as ``24 * alpha``.

    Example:
        >>> [round_channels(each) for each in (1, 12, 33.6, 24 * 0.35)]
        [8, 16, 32, 8]
        >>> round_channels(11)  # 8 would be less than 90 % of it
        16
    """
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def conv_norm(
    x: keras.KerasTensor,
    filters: int,
    *,
    kernel_size: int = 1,
    strides: int = 1,
    activation: Activation | None = None,
    momentum: float,
    name: str,
) -> keras.KerasTensor:
    """Convolution without bias, batch norm, activation.

    Args:
        x: Float maps ``(batch, height, width, channels)``.
        filters: Number of output channels.
        kernel_size: Side of the square kernel, in pixels.
        strides: Step of the kernel, in pixels.
        activation: What comes last; ``None``: batch norm, which is the linear bottleneck of
            section 3.2 of the v2 paper.
        momentum: Share of batch norm's moving statistics that a training step keeps.
        name: The convolution's name; the others are ``NAME_bn`` and ``NAME_relu`` or
            ``NAME_hard_swish``.

    Returns:
        Float maps ``(batch, ceil(height / strides), ceil(width / strides), filters)``.

    Example:
        >>> images = keras.Input((32, 32, 3))
        >>> conv_norm(images, 8, kernel_size=3, strides=2, momentum=0.999, name="conv").shape
        (None, 16, 16, 8)
    """
    x = keras.layers.Conv2D(
        filters, kernel_size, strides=strides, padding="same", use_bias=False, name=name
    )(x)
    return _norm(x, activation, momentum, name)


def inverted_residual(
    x: keras.KerasTensor,
    filters: int,
    *,
    expanded: int | None,
    kernel_size: int = 3,
    strides: int = 1,
    squeezed: int | None = None,
    activation: Activation,
    momentum: float,
    name: str,
) -> keras.KerasTensor:
    """Widen by a 1 x 1 convolution, filter each channel, and narrow to a linear bottleneck.

    Batch norm follows each of the three, the activation the first two. Where the maps keep their
    shape, the input is added. Table 1 and figure 4 of the v2 paper, figure 4 of the v3 paper.

    Args:
        x: Float maps ``(batch, height, width, channels)``.
        filters: Number of output channels.
        expanded: Number of channels between; ``None``: those of ``x``, and no first convolution.
        kernel_size: Side of the depthwise filter, 3 or 5 pixels.
        strides: Its step, 1 or 2 pixels.
        squeezed: Width of the squeeze and excite after the depthwise filter; ``None``: without.
        activation: What the first two convolutions end with.
        momentum: As in :func:`conv_norm`.
        name: Begins the layers' names: ``NAME_expand``, ``NAME_depthwise``,
            ``NAME_squeeze_excite_...``, ``NAME_project``, ``NAME_add``.

    Returns:
        Float maps ``(batch, ceil(height / strides), ceil(width / strides), filters)``, not
        bounded.

    Example:
        >>> x = keras.Input((14, 14, 16))
        >>> settings = {"activation": "relu6", "momentum": 0.999, "name": "block"}
        >>> inverted_residual(x, 24, expanded=96, strides=2, **settings).shape
        (None, 7, 7, 24)
    """
    shortcut = x
    if expanded is not None:
        x = conv_norm(x, expanded, activation=activation, momentum=momentum, name=f"{name}_expand")
    # For every size "same" pads as the published weights expect: with a stride of 2 and an even
    # size, one zero more behind than before.
    x = keras.layers.DepthwiseConv2D(
        kernel_size, strides=strides, padding="same", use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = _norm(x, activation, momentum, f"{name}_depthwise")
    if squeezed is not None:
        x = squeeze_excite(x, squeezed, name=f"{name}_squeeze_excite")
    x = conv_norm(x, filters, momentum=momentum, name=f"{name}_project")
    if strides == 1 and shortcut.shape[-1] == filters:
        x = keras.layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def squeeze_excite(x: keras.KerasTensor, squeezed: int, *, name: str) -> keras.KerasTensor:
    """Weigh each channel by what is in all channels' means.

    Hu et al. 2018, "Squeeze-and-Excitation Networks", arXiv:1709.01507, with the hard sigmoid of
    section 5.2 of the v3 paper, ``relu6(x + 3) / 6``, at its end.

    Args:
        x: Float maps ``(batch, height, width, channels)``.
        squeezed: Width between, a quarter of the channels in MobileNet v3.
        name: Begins the layers' names: ``NAME_avg_pool``, ``NAME_conv``, ``NAME_relu``,
            ``NAME_conv_1``, ``NAME_hard_sigmoid``, ``NAME_mul``.

    Returns:
        Maps of the shape of ``x``: each channel times a number from 0 to 1.

    Example:
        >>> squeeze_excite(keras.Input((14, 14, 32)), 8, name="squeeze_excite").shape
        (None, 14, 14, 32)
    """
    weights = keras.layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    weights = keras.layers.Conv2D(squeezed, 1, name=f"{name}_conv")(weights)
    weights = keras.layers.ReLU(name=f"{name}_relu")(weights)
    weights = keras.layers.Conv2D(x.shape[-1], 1, name=f"{name}_conv_1")(weights)
    weights = keras.layers.Activation("hard_sigmoid", name=f"{name}_hard_sigmoid")(weights)
    return keras.layers.Multiply(name=f"{name}_mul")([x, weights])


def _norm(
    x: keras.KerasTensor, activation: Activation | None, momentum: float, name: str
) -> keras.KerasTensor:
    x = BatchNormalization(momentum=momentum, epsilon=1e-3, name=f"{name}_bn")(x)
    if activation is None:
        return x
    return keras.layers.Activation(activation, name=f"{name}_{_NAMES[activation]}")(x)
