"""Keras blocks that more than one model uses, and what they cost."""

from modelzoo.layers.depthwise_separable import conv_block, depthwise_separable_block
from modelzoo.layers.mult_adds import count_mult_adds

__all__ = ["conv_block", "count_mult_adds", "depthwise_separable_block"]
