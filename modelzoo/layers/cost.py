"""What a model costs: its multiply-adds, and the outputs that they give."""

from __future__ import annotations

import dataclasses
import math

import keras
import tensorflow as tf

from modelzoo.errors import IncompatibleError
from modelzoo.layers.eagerly import functions_run_eagerly

__all__ = ["Cost", "count_mult_adds", "find_cost"]

# Products of matrices, and the attribute that says whether the second one is transposed.
_TRANSPOSED = {
    "MatMul": "transpose_b",
    "BatchMatMul": "adj_y",
    "BatchMatMulV2": "adj_y",
    "BatchMatMulV3": "adj_y",
}
# A transposed convolution is computed as the gradient of a convolution by its input.
_PRODUCTS = (
    "Conv2D", "Conv3D", "DepthwiseConv2dNative", "Conv2DBackpropInput", "Conv3DBackpropInputV2",
    *_TRANSPOSED, "Einsum",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What a model takes for one image.

    Attributes:
        mult_adds: Its multiply-adds.
        outputs: The numbers that these give: all elements of the products' outputs.
    """

    mult_adds: int
    outputs: int


def find_cost(model: keras.Model) -> Cost:
    """Count the products that a model computes for one image.

    They are counted in its graph, so that it does not matter which layers they are in. See
    :func:`count_mult_adds`.

    Args:
        model: A built functional or sequential model.

    Raises:
        IncompatibleError: They can't be known.

    Example:
        >>> layers = [keras.layers.Conv2D(4, 3), keras.layers.ReLU(), keras.layers.Flatten()]
        >>> model = keras.Sequential([keras.Input((8, 8, 3)), *layers, keras.layers.Dense(10)])
        >>> find_cost(model).outputs == 6 * 6 * 4 + 10
        True
    """
    shapes = [tuple(each.shape[1:]) for each in model.inputs]
    if any(None in shape for shape in shapes):
        raise IncompatibleError(
            f"Model {model.name!r} takes images of shape {', '.join(map(str, shapes))}: "
            "multiply-adds depend on the size of the images. Build it with a fixed input shape."
        )
    one = [
        tf.TensorSpec((1, *shape), each.dtype)
        for shape, each in zip(shapes, model.inputs, strict=True)
    ]

    @tf.function(autograph=False)
    def forward(*images: tf.Tensor) -> tf.Tensor:
        return model(images[0] if len(images) == 1 else list(images), training=False)

    # What layers call as functions is traced into the graph, where it can be seen.
    with functions_run_eagerly():
        traced = forward.get_concrete_function(*one)
    found = [each for each in map(_cost_of, traced.graph.get_operations()) if each]
    return Cost(sum(each.mult_adds for each in found), sum(each.outputs for each in found))


def count_mult_adds(model: keras.Model) -> int:
    """Multiply-adds of the model for one image.

    Counted are convolutions and products of matrices, in whatever layers they are: each element of
    a kernel is used once per output position (arXiv:1704.04861, equations 2, 3 and 5). The
    products of attention count, too. Biases, batch norm, activations and pooling are not counted,
    as in the paper.

    Args:
        model: A built functional or sequential model.

    Returns:
        The number of multiply-adds; each is two floating-point operations.

    Raises:
        IncompatibleError: The model has no fixed image size, or computes in a loop or a function
            that can't be looked into, so there is no number.

    Example:
        >>> model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3)])
        >>> count_mult_adds(model) == (3 * 3 * 3 * 4) * (6 * 6)
        True
    """
    return find_cost(model).mult_adds


def _cost_of(operation: tf.Operation) -> Cost | None:
    """The cost of an operation; ``None`` where it is no product."""
    if any(each.type in ("func", "list(func)") for each in operation.op_def.attr):
        raise IncompatibleError(
            f"Multiply-adds can't be counted: {operation.name} is of type {operation.type}, "
            "which calls functions, maybe many times."
        )
    if operation.type not in _PRODUCTS or len(operation.inputs) < 2:
        return None
    tensors = [*operation.inputs, *operation.outputs]
    unknown = [each for each in tensors if not each.shape.is_fully_defined()]
    if unknown:
        raise IncompatibleError(
            f"Multiply-adds can't be counted: {unknown[0].name} has shape {unknown[0].shape}."
        )
    outputs = operation.outputs[0].shape.num_elements()
    if "Backprop" in operation.type:
        kernel, inputs = (each.shape for each in operation.inputs[1:])
        return Cost(inputs.num_elements() * math.prod(kernel[:-1]), outputs)
    return Cost(outputs * _summed(operation), outputs)


def _summed(operation: tf.Operation) -> int:
    """How many products each element of the output is the sum of."""
    if operation.type == "Einsum":
        return _summed_by_einsum(operation)
    kernel = operation.inputs[1].shape.as_list()
    if operation.type in _TRANSPOSED:
        return int(kernel[-1 if operation.get_attr(_TRANSPOSED[operation.type]) else -2])
    return math.prod(kernel[: -2 if operation.type == "DepthwiseConv2dNative" else -1])


def _summed_by_einsum(operation: tf.Operation) -> int:
    labels, _, output = operation.get_attr("equation").decode().partition("->")
    sizes: dict[str, int] = {}
    for own, tensor in zip(labels.split(","), operation.inputs, strict=True):
        # What an ellipsis stands for is in the output, too.
        before, _, after = own.partition("...")
        shape = tensor.shape.as_list()
        sizes |= zip(before, shape, strict=False)
        sizes |= zip(reversed(after), reversed(shape), strict=False)
    return math.prod(size for label, size in sizes.items() if label not in output)
