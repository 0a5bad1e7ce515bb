"""The shape of the images of a training that nobody has to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from modelzoo.errors import IncompatibleError
from modelzoo.registry import DatasetSpec, ModelSpec, Shape, check_input_shape

__all__ = ["choose_input_shape"]


def choose_input_shape(
    model: ModelSpec, dataset: DatasetSpec, wanted: Sequence[int] | None = None
) -> Shape:
    """The shape of the images that a model is trained on.

    Args:
        model: The model's spec, for the task.
        dataset: The dataset's spec.
        wanted: ``(height, width, channels)``, where somebody asked for it.

    Returns:
        The wanted shape, else the dataset's own where the model takes it, else the model's.

    Raises:
        IncompatibleError: The wanted shape is none, or the model does not take it.

    Example:
        >>> from modelzoo.registry import find
        >>> dataset = find("dataset", "cifar10").spec
        >>> choose_input_shape(find("model", "mobilenet_v1_mini").spec, dataset)
        (32, 32, 3)
    """
    if wanted is not None:
        if not isinstance(wanted, Sequence):
            raise IncompatibleError(
                f"Input shape {wanted!r} is not (height, width, channels) in positive integers."
            )
        check_input_shape(model, tuple(wanted))
        return cast(Shape, tuple(wanted))
    own = dataset.input_shape
    if own and model.resizable and min(own[:2]) >= model.min_size and own[2] in model.channels:
        return own
    return model.input_shape
