"""A model's forward pass in training, on a batch in parts that are computed side by side.

Each layer is computed for all parts before the next one. So what concerns the whole batch, such as
the statistics of batch norm, is that of the whole batch, and any number of parts gives the same
numbers to rounding.
"""

from __future__ import annotations

import inspect
from typing import Any

import keras

from modelzoo.layers.native import load_library
from modelzoo.training.fused_layers import apply_fused
from modelzoo.training.parts import Parts, split_parts

__all__ = ["PartedModel"]


class PartedModel:
    """Calls a model in training, in parts.

    A layer that keeps a state, draws random numbers or adds losses of its own sees the batch in
    one piece, unless it is a batch norm that our kernels know. All others are taken to treat
    images independently of each other, as ``tf.distribute`` does.

    Args:
        model: A functional or sequential model; models within it are entered.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._is_fused = load_library().operations is not None

    def __call__(self, images: Parts) -> Any:
        """The model's outputs for a whole batch, as ``model(images, training=True)`` has them.

        Args:
            images: ``(batch, height, width, channels)``, in as many parts.
        """
        outputs = self._run(self._model, images)
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
        if self._is_fused and len(args) == 1 and isinstance(args[0], Parts):
            fused = apply_fused(operation, args[0])
            if fused is not None:
                return fused
        if _takes_training(operation) and kwargs.get("training") is None:
            kwargs = {**kwargs, "training": True}
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


def _is_graph(operation: Any) -> bool:
    """Whether it is a model whose layers can be called one by one."""
    if isinstance(operation, keras.Sequential):
        return getattr(operation, "_functional", None) is not None
    return isinstance(operation, keras.Model) and hasattr(operation, "_run_through_graph")


def _takes_training(operation: Any) -> bool:
    return "training" in inspect.signature(operation.call).parameters


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
    code = getattr(type(layer).call, "__code__", None)
    return code is not None and "add_loss" in code.co_names


def _count_parts(arguments: Any) -> int:
    return next(
        len(each.tensors) for each in keras.tree.flatten(arguments) if isinstance(each, Parts)
    )


def _whole(value: Any) -> Any:
    return value.whole if isinstance(value, Parts) else value


def _part(value: Any, index: int) -> Any:
    return value.tensors[index] if isinstance(value, Parts) else value
