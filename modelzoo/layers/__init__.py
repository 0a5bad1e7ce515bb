"""Keras layers and blocks that more than one model uses, what they cost, and faster ones."""

from modelzoo.layers.acceleration import accelerate
from modelzoo.layers.batch_normalization import BatchNormalization
from modelzoo.layers.cost import Cost, count_mult_adds, find_cost
from modelzoo.layers.depthwise_separable import conv_block, depthwise_separable_block

__all__ = [
    "BatchNormalization",
    "Cost",
    "accelerate",
    "conv_block",
    "count_mult_adds",
    "depthwise_separable_block",
    "find_cost",
]
