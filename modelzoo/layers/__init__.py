"""Keras layers and blocks that more than one model uses, what they cost, and faster ones."""

from modelzoo.layers.acceleration import accelerate
from modelzoo.layers.batch_normalization import BatchNormalization
from modelzoo.layers.depthwise_separable import conv_block, depthwise_separable_block
from modelzoo.layers.mult_adds import count_mult_adds

__all__ = [
    "BatchNormalization",
    "accelerate",
    "conv_block",
    "count_mult_adds",
    "depthwise_separable_block",
]
