"""MobileNet-v1: the paper's network with its variants.

Howard et al. 2017, arXiv:1704.04861, Table 1. Layers, names, order and weight shapes are those of
``keras.applications.MobileNet`` up to its classifier.
"""

from __future__ import annotations

import keras

from modelzoo.layers import conv_block, depthwise_separable_block
from modelzoo.options import check_count, check_flag, check_share, check_width

__all__ = ["mobilenet_v1"]

# Output channels and stride of each block of Table 1, before, in, and after the run of equal
# ones. The paper prints stride 2 for the last block, where its own output sizes say 1.
_FIRST = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2))
_MIDDLE = (512, 1)
_LAST = ((1024, 2), (1024, 1))


def mobilenet_v1(
    input_shape: tuple[int, int, int],
    *,
    alpha: float = 1.0,
    middle_blocks: int = 5,
    separable: bool = True,
    dropout: float = 1e-3,
) -> keras.Model:
    """Build the MobileNet-v1 backbone.

    Args:
        input_shape: ``(height, width, channels)``, height and width of at least 32 pixels.
        alpha: Width multiplier: each layer has ``int(alpha * n)`` of its ``n`` channels
            (section 3.3). The paper uses 1, 0.75, 0.5 and 0.25; the least is 1/32.
        middle_blocks: How many of the equal blocks with 512 channels there are (14 x 14 pixels
            for images of 224 x 224): 5 in Table 1, 0 in the shallow network of Table 5.
        separable: ``False``: the baseline of Table 4, with a full 3 x 3 convolution in place of
            each depthwise-separable block.
        dropout: Share of the features that is dropped in training, 0 to below 1.

    Returns:
        A model from float images ``(batch, height, width, channels)``, scaled to -1..1, to
        features ``(batch, int(1024 * alpha))``, 0 to 6: the maps averaged over all positions.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> mobilenet_v1((32, 32, 3), alpha=0.25).output_shape
        (None, 256)
    """
    check_width("alpha", alpha, narrowest=32)
    check_count("middle_blocks", middle_blocks, least=0)
    check_flag("separable", separable)
    check_share("dropout", dropout)
    images = keras.Input(input_shape)
    x = conv_block(images, int(32 * alpha), strides=2, name="conv1")
    blocks = (*_FIRST, *middle_blocks * (_MIDDLE,), *_LAST)
    for index, (channels, strides) in enumerate(blocks, start=1):
        filters = int(channels * alpha)
        if separable:
            x = depthwise_separable_block(x, filters, strides=strides, index=index)
        else:
            x = conv_block(x, filters, strides=strides, name=f"conv_full_{index}")
    x = keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    features = keras.layers.Dropout(dropout, name="dropout")(x)
    return keras.Model(images, features)
