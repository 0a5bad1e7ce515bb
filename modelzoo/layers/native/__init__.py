"""Kernels of our own for training on a CPU: batch norm and depthwise convolution.

TensorFlow's are a chain of passes over memory, which is what bounds small convolutional networks.
These fuse batch norm with the activation (ReLU, ReLU6, hard swish) and the depthwise convolution
that follow it, and a pointwise convolution with the max pooling that follows it. A batch that is
computed in parts, one per core, has the statistics of the whole.
"""

from modelzoo.layers.native.activations import LINEAR, Activation
from modelzoo.layers.native.batch_norm import (
    Normalization,
    normalize,
    normalized_depthwise_conv,
)
from modelzoo.layers.native.convolutions import (
    depthwise_conv,
    image_depthwise_conv,
    pointwise_pool,
)
from modelzoo.layers.native.library import Library, load_library
from modelzoo.layers.native.windows import Window

__all__ = [
    "LINEAR",
    "Activation",
    "Library",
    "Normalization",
    "Window",
    "depthwise_conv",
    "image_depthwise_conv",
    "load_library",
    "normalize",
    "normalized_depthwise_conv",
    "pointwise_pool",
]
