"""MobileNet v3, large and small, of any width, and its minimalistic variants.

Howard et al. 2019, "Searching for MobileNetV3", arXiv:1905.02244, tables 1 and 2. What has weights
is as in ``keras.applications.MobileNetV3Large`` and ``MobileNetV3Small`` up to their classifier.

The backbone ends before the classifier, and so after the 1 x 1 convolution that follows the
pooling: the paper's "efficient last stage" (figure 5) computes the last features at a resolution
of 1 x 1, which is why the pooling comes before that convolution and not after it. Keras counts it
to the classifier: its files without one lack it.
"""

from __future__ import annotations

from typing import NamedTuple

import keras

from modelzoo.options import check_flag, check_share, check_width
from modelzoo_mobilenets.blocks import (
    Activation,
    conv_norm,
    inverted_residual,
    round_channels,
)

__all__ = ["mobilenet_v3_large", "mobilenet_v3_small"]


class _Block(NamedTuple):
    """A row "bneck" of table 1 or 2."""

    kernel_size: int
    expanded: int
    channels: int
    squeeze: bool
    activation: Activation
    strides: int


_LARGE = (
    _Block(3, 16, 16, False, "relu", 1),
    _Block(3, 64, 24, False, "relu", 2),
    _Block(3, 72, 24, False, "relu", 1),
    _Block(5, 72, 40, True, "relu", 2),
    _Block(5, 120, 40, True, "relu", 1),
    _Block(5, 120, 40, True, "relu", 1),
    _Block(3, 240, 80, False, "hard_swish", 2),
    _Block(3, 200, 80, False, "hard_swish", 1),
    _Block(3, 184, 80, False, "hard_swish", 1),
    _Block(3, 184, 80, False, "hard_swish", 1),
    _Block(3, 480, 112, True, "hard_swish", 1),
    _Block(3, 672, 112, True, "hard_swish", 1),
    _Block(5, 672, 160, True, "hard_swish", 2),
    _Block(5, 960, 160, True, "hard_swish", 1),
    _Block(5, 960, 160, True, "hard_swish", 1),
)
_SMALL = (
    _Block(3, 16, 16, True, "relu", 2),
    _Block(3, 72, 24, False, "relu", 2),
    _Block(3, 88, 24, False, "relu", 1),
    _Block(5, 96, 40, True, "hard_swish", 2),
    _Block(5, 240, 40, True, "hard_swish", 1),
    _Block(5, 240, 40, True, "hard_swish", 1),
    _Block(5, 120, 48, True, "hard_swish", 1),
    _Block(5, 144, 48, True, "hard_swish", 1),
    _Block(5, 288, 96, True, "hard_swish", 2),
    _Block(5, 576, 96, True, "hard_swish", 1),
    _Block(5, 576, 96, True, "hard_swish", 1),
)
_STEM = 16  # output channels of the first convolution, at any width


def mobilenet_v3_large(
    input_shape: tuple[int, int, int],
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout: float = 0.2,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Build the backbone of MobileNet v3 Large, table 1.

    Args:
        input_shape: ``(height, width, channels)``, height and width of at least 32 pixels.
        alpha: Width multiplier, above 0: each block has about ``alpha * n`` of its ``n``
            channels, a multiple of 8; the first convolution always has 16, and the last one never
            less than 1280. The paper uses 0.35, 0.5, 0.75, 1 and 1.25.
        minimalistic: Without squeeze and excite, with ReLU for hard swish, and with filters of
            3 x 3 only; not in the paper, but by its authors, for processors that are slow at
            these.
        dropout: Share of the features that is dropped in training, 0 to below 1.
        batch_norm_momentum: Share of batch norm's moving statistics that a training step keeps.
            Keras's 0.999 is for long trainings: after 1,000 steps, more than a third of what they
            began with is still in them.

    Returns:
        A model from float images ``(batch, height, width, channels)``, scaled to -1..1, to
        features ``(batch, 1280)``, or more where ``alpha`` is above 1; -0.375 or more.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> mobilenet_v3_large((32, 32, 3), alpha=0.35).output_shape
        (None, 1280)
    """
    return _build(
        input_shape,
        _LARGE,
        features=1280,
        alpha=alpha,
        minimalistic=minimalistic,
        dropout=dropout,
        momentum=batch_norm_momentum,
    )


def mobilenet_v3_small(
    input_shape: tuple[int, int, int],
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout: float = 0.2,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Build the backbone of MobileNet v3 Small, table 2.

    Args:
        input_shape: As in :func:`mobilenet_v3_large`, and so are the others.
        alpha: Width multiplier; the last convolution never has less than 1024 channels.
        minimalistic: Without squeeze and excite, hard swish, and filters of 5 x 5.
        dropout: Share of the features that is dropped in training.
        batch_norm_momentum: Share of the moving statistics that a training step keeps.

    Returns:
        A model from float images ``(batch, height, width, channels)``, scaled to -1..1, to
        features ``(batch, 1024)``, or more where ``alpha`` is above 1; -0.375 or more.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> mobilenet_v3_small((32, 32, 3), minimalistic=True).output_shape
        (None, 1024)
    """
    return _build(
        input_shape,
        _SMALL,
        features=1024,
        alpha=alpha,
        minimalistic=minimalistic,
        dropout=dropout,
        momentum=batch_norm_momentum,
    )


def _build(
    input_shape: tuple[int, int, int],
    blocks: tuple[_Block, ...],
    *,
    features: int,
    alpha: float,
    minimalistic: bool,
    dropout: float,
    momentum: float,
) -> keras.Model:
    check_width("alpha", alpha)
    check_flag("minimalistic", minimalistic)
    check_share("dropout", dropout)
    check_share("batch_norm_momentum", momentum)
    if minimalistic:
        blocks = tuple(
            each._replace(kernel_size=3, squeeze=False, activation="relu") for each in blocks
        )
    activation = blocks[-1].activation
    images = keras.Input(input_shape)
    x = conv_norm(
        images,
        _STEM,
        kernel_size=3,
        strides=2,
        activation=activation,
        momentum=momentum,
        name="conv",
    )
    before = _STEM  # channels before the block at a width multiplier of 1
    for index, block in enumerate(blocks):
        expanded = round_channels(x.shape[-1] * (block.expanded / before))
        x = inverted_residual(
            x,
            round_channels(block.channels * alpha),
            expanded=expanded if index else None,
            kernel_size=block.kernel_size,
            strides=block.strides,
            squeezed=round_channels(expanded / 4) if block.squeeze else None,
            activation=block.activation,
            momentum=momentum,
            name=f"expanded_conv_{index}" if index else "expanded_conv",
        )
        before = block.channels
    last = round_channels(6 * x.shape[-1])
    x = conv_norm(x, last, activation=activation, momentum=momentum, name="conv_1")
    x = keras.layers.GlobalAveragePooling2D(keepdims=True, name="global_average_pooling2d")(x)
    x = keras.layers.Conv2D(round_channels(features * max(alpha, 1.0)), 1, name="conv_2")(x)
    x = keras.layers.Activation(activation, name=f"conv_2_{activation}")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dropout(dropout, name="dropout")(x)
    return keras.Model(images, x)
