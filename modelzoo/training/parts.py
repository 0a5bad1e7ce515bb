"""A tensor of a batch in parts, and those whose last steps have not been computed yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import tensorflow as tf

from modelzoo.layers.native import LINEAR, Activation, Normalization, normalize

__all__ = ["NormalizedParts", "Parts", "PointwiseParts", "split_parts"]


class Parts:
    """A tensor of a batch, cut along its first axis.

    Args:
        tensors: The parts, in their order.
        moments: Of each part, where the operation that made it has found them, too.
    """

    def __init__(
        self, tensors: Iterable[tf.Tensor], moments: Sequence[tf.Tensor] | None = None
    ) -> None:
        self._tensors = list(tensors)
        self.moments = moments

    @property
    def tensors(self) -> list[tf.Tensor]:
        """The parts, in their order."""
        return self._tensors

    @property
    def whole(self) -> tf.Tensor:
        """The tensor in one piece."""
        return tf.concat(self.tensors, axis=0) if len(self.tensors) > 1 else self.tensors[0]


class NormalizedParts(Parts):
    """What batch norm makes of a tensor, and an activation of that.

    It is computed when its values are asked for: a depthwise convolution does without them.

    Args:
        normalization: The batch norm.
        activation: What follows it.
        padding: Zeros around the maps, ``((top, bottom), (left, right))``.
    """

    def __init__(
        self,
        normalization: Normalization,
        *,
        activation: Activation = LINEAR,
        padding: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
    ) -> None:
        super().__init__([])
        self.normalization = normalization
        self.activation = activation
        self.padding = padding

    @property
    def tensors(self) -> list[tf.Tensor]:
        """The parts, in their order."""
        if not self._tensors:
            maps = normalize(self.normalization, self.activation)
            if self.padding != ((0, 0), (0, 0)):
                maps = [tf.pad(each, [(0, 0), *self.padding, (0, 0)]) for each in maps]
            self._tensors = maps
        return self._tensors

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the batch norm has been done to it."""
        return self.activation == LINEAR and not self.is_padded

    @property
    def is_padded(self) -> bool:
        """Whether there are zeros around the maps."""
        return self.padding != ((0, 0), (0, 0))


class PointwiseParts(Parts):
    """What a pointwise convolution with bias and ReLU makes of a tensor.

    It is computed when its values are asked for: max pooling does without them.

    Args:
        inputs: The tensor's parts, float32 ``(batch, height, width, channels)``.
        kernel: ``(1, 1, channels, outputs)``.
        bias: ``(outputs,)``.
    """

    def __init__(self, inputs: Iterable[tf.Tensor], kernel: tf.Tensor, bias: tf.Tensor) -> None:
        super().__init__([])
        self.inputs = list(inputs)
        self.kernel = kernel
        self.bias = bias

    @property
    def tensors(self) -> list[tf.Tensor]:
        """The parts, in their order."""
        if not self._tensors:
            self._tensors = [
                tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(each, self.kernel, 1, "VALID"), self.bias))
                for each in self.inputs
            ]
        return self._tensors


def split_parts(tensor: tf.Tensor, count: int) -> Parts:
    """Cut a tensor into parts as equal as can be; where it is short, some are empty.

    Args:
        tensor: ``(batch, ...)``.
        count: How many parts.

    Example:
        >>> [len(each) for each in split_parts(tf.range(5), 2).tensors]
        [2, 3]
    """
    if count == 1:
        return Parts([tensor])
    size = tf.shape(tensor)[0]
    edges = [index * size // count for index in range(count + 1)]
    return Parts(tensor[begin:end] for begin, end in pairwise(edges))
