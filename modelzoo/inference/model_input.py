"""What images a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelzoo.errors import IncompatibleError

if TYPE_CHECKING:
    import keras

    from modelzoo.registry import Shape


def image_shape(model: keras.Model) -> Shape:
    """The ``(height, width, channels)`` of the images that a model takes.

    Args:
        model: A model as :func:`modelzoo.get` builds it.

    Raises:
        IncompatibleError: It does not take uint8 images of one fixed size.

    Example:
        >>> import modelzoo
        >>> image_shape(modelzoo.get("mobilenet_v1_mini", input_shape=(32, 32, 3)))
        (32, 32, 3)
    """
    inputs = [(each.dtype, tuple(each.shape)) for each in model.inputs]
    if len(inputs) == 1:
        dtype, shape = inputs[0]
        if dtype == "uint8" and len(shape) == 4 and None not in shape[1:]:
            return shape[1], shape[2], shape[3]
    received = ", ".join(f"{dtype} {shape}" for dtype, shape in inputs) or "nothing"
    raise IncompatibleError(
        f"Model {model.name!r} takes {received}, expected uint8 images of one fixed size, "
        "(None, height, width, channels). Build it with modelzoo.get(), which puts the scaling "
        "of the images into the model."
    )
