"""The two small networks that this zoo began with, as one builder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import keras

from modelzoo.options import check_count

__all__ = ["mobilenet_v1_mini"]


def mobilenet_v1_mini(
    input_shape: tuple[int, int, int],
    *,
    filters: Sequence[int] = (32, 32),
    padding: Literal["valid", "same"] = "valid",
    hidden_units: int = 128,
) -> keras.Model:
    """Build separable convolutions with max pooling between, and a hidden layer.

    Args:
        input_shape: ``(height, width, channels)``.
        filters: Output channels of each 3 x 3 ``SeparableConv2D`` with ReLU; each is followed by
            2 x 2 max pooling.
        padding: ``"valid"``: a convolution takes two pixels off height and width; ``"same"``: it
            keeps them.
        hidden_units: Width of the dense layer with ReLU on the flattened maps.

    Returns:
        A model from float images ``(batch, height, width, channels)``, scaled to 0..1, to
        features ``(batch, hidden_units)``, 0 or more.

    Raises:
        ValueError: An option is out of its range, or the images are too small for so many
            convolutions.

    Example:
        >>> mobilenet_v1_mini((28, 28, 1), filters=(32, 64), hidden_units=64).output_shape
        (None, 64)
    """
    _check(input_shape, filters, padding, hidden_units)
    images = keras.Input(input_shape)
    x = images
    for index, channels in enumerate(filters, start=1):
        x = keras.layers.SeparableConv2D(
            channels, 3, padding=padding, activation="relu", name=f"conv_{index}"
        )(x)
        x = keras.layers.MaxPooling2D(2, name=f"pool_{index}")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    features = keras.layers.Dense(hidden_units, activation="relu", name="hidden")(x)
    return keras.Model(images, features)


def _check(
    input_shape: tuple[int, int, int], filters: Sequence[int], padding: str, hidden_units: int
) -> None:
    if not isinstance(filters, list | tuple) or not filters or not all(map(_is_width, filters)):
        raise ValueError(f"filters is {filters!r}, expected positive integers such as (32, 64)")
    if padding not in ("valid", "same"):
        raise ValueError(f"padding is {padding!r}, expected 'valid' or 'same'")
    check_count("hidden_units", hidden_units)
    side = min(input_shape[:2])
    for _ in filters:
        side = (side - 2 * (padding == "valid")) // 2
    if side < 1:
        raise ValueError(f"nothing is left of the images after {len(filters)} convolutions")


def _is_width(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
