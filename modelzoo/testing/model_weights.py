"""Weights with which a model shows what it computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.testing.model_calls import logits_of, outputs
from modelzoo.testing.samples import probe_images
from modelzoo.weights import finalize_layers

__all__ = ["calibrate", "move_weights", "take_weights", "unit_logits"]


def move_weights(model: keras.Model) -> None:
    """Give weights that an initialiser made all the same other values, in place.

    Those of batch norm would hide that they are not used, and zeros what is multiplied by them.
    """
    random = np.random.default_rng(0)
    for variable in model.variables:
        values = np.asarray(variable)
        if not np.issubdtype(values.dtype, np.floating) or not values.size:
            continue
        first = values.flat[0]
        if not (values == first).all():
            continue
        if abs(first) > 0.01:
            moved = first * random.uniform(0.9, 1.1, values.shape)
        else:
            moved = 0.05 * random.standard_normal(values.shape)
            moved = moved if variable.trainable else abs(moved)
        variable.assign(moved.astype(values.dtype))
    finalize_layers(model)


def calibrate(model: keras.Model) -> None:
    """Let batch norms keep the statistics of the probe images, in place.

    With those that they begin with, what the images are is lost on the way through many layers.
    """
    # Without a memory of statistics before, and with nothing dropped.
    with _without(model, "momentum"), _without(model, "rate"):
        model(probe_images(model.input_shape[1:]), training=True)


@contextmanager
def _without(model: keras.Model, name: str) -> Iterator[None]:
    """Let an attribute of layers be 0, where it is a number that can be changed."""
    before: list[tuple[keras.layers.Layer, float]] = []
    for layer in model._flatten_layers():
        value = getattr(layer, name, None)
        if isinstance(value, float):
            with suppress(AttributeError):
                setattr(layer, name, 0.0)
                before.append((layer, value))
    try:
        yield
    finally:
        for layer, value in before:
            setattr(layer, name, value)


def unit_logits(model: keras.Model, images: NDArray[np.uint8]) -> None:
    """Scale a dense head so that the largest logit for some images is 1, in place.

    Of features that have all but vanished on the way, probabilities tell nothing.
    """
    head = model.get_layer("logits")
    largest = float(np.abs(outputs(logits_of(model), images)).max())
    if isinstance(head, keras.layers.Dense) and largest > 0:
        head.kernel.assign(head.kernel / largest)


def take_weights(model: keras.Model, other: keras.Model) -> None:
    """Give a model the weights of another build of it."""
    for variable, source in zip(model.variables, other.variables, strict=True):
        variable.assign(source.value)
    finalize_layers(model)
