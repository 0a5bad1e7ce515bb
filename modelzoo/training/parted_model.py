"""A model's forward pass in training, on a batch in parts that are computed side by side.

Each layer is computed for all parts before the next one. So what concerns the whole batch, such as
the statistics of batch norm, is that of the whole batch, and any number of parts gives the same
numbers to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import keras

from modelzoo.training.fused_layers import apply_fused
from modelzoo.training.parts import Parts, split_parts

__all__ = ["PartedModel", "share_in_one_piece"]


class PartedModel:
    """Calls a model in training, in parts.

    A layer that keeps a state, draws random numbers or adds losses of its own sees the batch in
    one piece, unless it is a batch norm that our kernels know. All others, and operations that are
    no layers, are taken to treat images independently of each other, as ``tf.distribute`` does.
    Our kernels have to be there.

    Args:
        model: A functional or sequential model; models within it are entered.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model

    def __call__(self, images: Parts) -> Any:
        """The model's outputs for a whole batch, as ``model(images, training=True)`` has them.

        Args:
            images: ``(batch, height, width, channels)``, in as many parts. None may be empty:
                TensorFlow's convolutions can't be relied on for no images.
        """
        # As where a model is called: the losses of the call before are forgotten, and layers within
        # layers hear from the outermost one that they are in training.
        context = self._model._get_call_context()
        context.set_value("training", True)
        try:
            outputs = self._run(self._model, images)
        finally:
            self._model._maybe_reset_call_context()
        return keras.tree.map_structure(lambda parts: parts.whole, outputs)

    def _run(self, model: Any, inputs: Any) -> Any:
        if isinstance(model, keras.Sequential):
            model = model._functional
        return model._run_through_graph(
            inputs,
            operation_fn=lambda operation: (
                lambda *args, **kwargs: self._apply(operation, args, kwargs)
            ),
        )

    def _apply(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if _is_graph(operation):
            return self._run(operation, args[0])
        if len(args) == 1 and isinstance(args[0], Parts):
            fused = apply_fused(operation, args[0])
            if fused is not None:
                return fused
        # It has the value that the graph was built with, which Keras overrides, too.
        kwargs = {name: value for name, value in kwargs.items() if name != "training"}
        count = _count_parts((args, kwargs))
        if _concerns_the_batch(operation):
            args, kwargs = keras.tree.map_structure(_whole, (args, kwargs))
            outputs = operation(*args, **kwargs)
            return keras.tree.map_structure(lambda each: split_parts(each, count), outputs)
        made = []
        for index in range(count):
            own_args, own_kwargs = keras.tree.map_structure(
                lambda each, index=index: _part(each, index), (args, kwargs)
            )
            made.append(operation(*own_args, **own_kwargs))
        return keras.tree.map_structure(lambda *each: Parts(each), *made)


def share_in_one_piece(model: keras.Model) -> float:
    """How much of a model a :class:`PartedModel` computes on whole batches, by its weights.

    Args:
        model: A functional or sequential model, built.

    Returns:
        The share of the weights that belongs to layers which see the batch in one piece, 0 to 1.

    Example:
        >>> share_in_one_piece(keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)]))
        0.0
    """
    layers = [each for each in _operations(model) if isinstance(each, keras.layers.Layer)]
    whole = sum(layer.count_params() for layer in layers if _concerns_the_batch(layer))
    return float(whole / max(1, sum(layer.count_params() for layer in layers)))


def _operations(model: Any) -> Iterator[Any]:
    if isinstance(model, keras.Sequential):
        model = model._functional
    for operation in model.operations:
        if _is_graph(operation):
            yield from _operations(operation)
        else:
            yield operation


def _is_graph(operation: Any) -> bool:
    """Whether it is a model whose layers can be called one by one."""
    if not isinstance(operation, keras.Model) or _calls_otherwise(operation):
        return False
    if isinstance(operation, keras.Sequential):
        return getattr(operation, "_functional", None) is not None
    return hasattr(operation, "_run_through_graph")


def _calls_otherwise(model: keras.Model) -> bool:
    """Whether its class has a ``call`` of its own, which may do more than the graph."""
    return any("call" in vars(each) for each in _classes_outside_keras(model))


def _concerns_the_batch(operation: Any) -> bool:
    if not isinstance(operation, keras.layers.Layer):
        return False
    return any(
        # Weights that training does not learn, frozen ones aside: statistics and the like.
        (layer._non_trainable_variables and layer.trainable)
        or layer._seed_generators
        or layer.activity_regularizer is not None
        or _adds_losses(layer)
        for layer in operation._flatten_layers()
    )


def _adds_losses(layer: keras.layers.Layer) -> bool:
    return any(
        isinstance(function, FunctionType) and "add_loss" in function.__code__.co_names
        for kind in _classes_outside_keras(layer)
        for function in vars(kind).values()
    )


def _classes_outside_keras(layer: keras.layers.Layer) -> list[type]:
    return [each for each in type(layer).__mro__ if not each.__module__.startswith("keras.")]


def _count_parts(arguments: Any) -> int:
    return next(
        len(each.tensors) for each in keras.tree.flatten(arguments) if isinstance(each, Parts)
    )


def _whole(value: Any) -> Any:
    return value.whole if isinstance(value, Parts) else value


def _part(value: Any, index: int) -> Any:
    return value.tensors[index] if isinstance(value, Parts) else value
