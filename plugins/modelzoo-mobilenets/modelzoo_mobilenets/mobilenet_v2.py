"""MobileNet v2: the paper's network, of any width and depth.

Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381,
table 2. What has weights is as in ``keras.applications.MobileNetV2`` up to its classifier.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras

from modelzoo.options import check_share, check_width
from modelzoo_mobilenets.blocks import conv_norm, inverted_residual, round_channels

__all__ = ["mobilenet_v2"]

# Of each row of table 2: expansion, output channels, stride of its first block.
_STAGES = ((1, 16, 1), (6, 24, 2), (6, 32, 2), (6, 64, 2), (6, 96, 1), (6, 160, 2), (6, 320, 1))


def mobilenet_v2(
    input_shape: tuple[int, int, int],
    *,
    alpha: float = 1.0,
    blocks: Sequence[int] = (1, 2, 3, 4, 3, 3, 1),
    dropout: float = 0.0,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Build the MobileNet v2 backbone.

    Args:
        input_shape: ``(height, width, channels)``, height and width of at least 32 pixels.
        alpha: Width multiplier, above 0: each layer has about ``alpha * n`` of its ``n``
            channels, a multiple of 8; the last one never less than 1280 (section 6.1). The paper
            uses 0.35, 0.5, 0.75, 1, 1.3 and 1.4.
        blocks: How many inverted residuals each of the seven rows of table 2 has, its column n.
        dropout: Share of the features that is dropped in training, 0 to below 1. None in Keras.
        batch_norm_momentum: Share of batch norm's moving statistics that a training step keeps.
            Keras's 0.999 is for long trainings: after 1,000 steps, more than a third of what they
            began with is still in them.

    Returns:
        A model from float images ``(batch, height, width, channels)``, scaled to -1..1, to
        features ``(batch, 1280)``, or more where ``alpha`` is above 1; 0 to 6: the maps averaged
        over all positions.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> mobilenet_v2((32, 32, 3), alpha=0.35).output_shape
        (None, 1280)
    """
    check_width("alpha", alpha)
    _check_blocks(blocks)
    check_share("dropout", dropout)
    check_share("batch_norm_momentum", batch_norm_momentum)
    images = keras.Input(input_shape)
    x = conv_norm(
        images,
        round_channels(32 * alpha),
        kernel_size=3,
        strides=2,
        activation="relu6",
        momentum=batch_norm_momentum,
        name="Conv1",
    )
    index = 0
    for (expansion, channels, first_stride), count in zip(_STAGES, blocks, strict=True):
        for strides in (first_stride, *(count - 1) * (1,)):
            x = inverted_residual(
                x,
                round_channels(int(channels * alpha)),
                expanded=None if expansion == 1 else expansion * x.shape[-1],
                strides=strides,
                activation="relu6",
                momentum=batch_norm_momentum,
                name=f"block_{index}" if index else "expanded_conv",
            )
            index += 1
    last = round_channels(1280 * max(alpha, 1.0))
    x = conv_norm(x, last, activation="relu6", momentum=batch_norm_momentum, name="Conv_1")
    x = keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    features = keras.layers.Dropout(dropout, name="dropout")(x)
    return keras.Model(images, features)


def _check_blocks(blocks: Sequence[int]) -> None:
    if (
        not isinstance(blocks, list | tuple)
        or len(blocks) != len(_STAGES)
        or not all(_is_count(each) for each in blocks)
    ):
        raise ValueError(
            f"blocks is {blocks!r}, expected {len(_STAGES)} positive integers such as "
            "(1, 2, 3, 4, 3, 3, 1)"
        )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
