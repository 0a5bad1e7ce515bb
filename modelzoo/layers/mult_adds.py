"""What a model costs: its multiply-adds, counted as in the MobileNets paper."""

from __future__ import annotations

import math

import keras

from modelzoo.errors import IncompatibleError

__all__ = ["count_mult_adds"]

_COUNTED = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.Dense,
)


def count_mult_adds(model: keras.Model) -> int:
    """Multiply-adds of the model for one image.

    Counted are the layers ``Conv2D``, ``DepthwiseConv2D``, ``SeparableConv2D`` and ``Dense``, in
    nested models too: each element of a kernel is used once per output position (arXiv:1704.04861,
    equations 2, 3 and 5). Biases, batch norm, activations and pooling are not counted, as in the
    paper. A layer counts once, even where the model uses it twice.

    Args:
        model: A built functional or sequential model.

    Returns:
        The number of multiply-adds; each is two floating-point operations.

    Raises:
        IncompatibleError: The model has no fixed image size, so there is no number.

    Example:
        >>> model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3)])
        >>> count_mult_adds(model) == (3 * 3 * 3 * 4) * (6 * 6)
        True
    """
    return sum(_of_layer(layer) for layer in model.layers)


def _of_layer(layer: keras.layers.Layer) -> int:
    if isinstance(layer, keras.Model):
        return count_mult_adds(layer)
    if not isinstance(layer, _COUNTED):
        return 0
    positions = layer.output.shape[1:-1]
    if None in positions:
        raise IncompatibleError(
            f"Layer {layer.name!r} has outputs of shape {layer.output.shape}: multiply-adds depend "
            "on the size of the images. Build the model with a fixed input shape."
        )
    elements = sum(math.prod(each.shape) for each in layer.weights if each.name.endswith("kernel"))
    return int(elements * math.prod(positions))
