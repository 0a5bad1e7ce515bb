"""What a Keras callback knows, as data: so that a resumed training has callbacks that know it."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from modelzoo.errors import CheckpointError
from modelzoo.registry import load_reference

__all__ = [
    "check_callbacks",
    "overrides_batch_hooks",
    "plain_attributes",
    "restore_callbacks",
    "state_of_callbacks",
]

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")


def overrides_batch_hooks(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback wants to be called at every training step.

    Example:
        >>> overrides_batch_hooks(keras.callbacks.EarlyStopping())
        False
    """
    return any(
        getattr(getattr(callback, name), "__func__", None)
        is not getattr(keras.callbacks.Callback, name)
        for name in _BATCH_HOOKS
    )


def plain_attributes(callbacks: Sequence[keras.callbacks.Callback]) -> list[dict[str, str]]:
    """The attributes of each callback that are JSON data, as JSON.

    Args:
        callbacks: The callbacks, as a user gives them.
    """
    return [
        {name: json.dumps(value) for name, value in vars(callback).items() if _is_json(value)}
        for callback in callbacks
    ]


def state_of_callbacks(
    callbacks: Sequence[keras.callbacks.Callback], given: Sequence[Mapping[str, str]]
) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """The attributes of callbacks that are data and have changed since the training began.

    Settings that a user gave do not change, and may be other ones when it is resumed.

    Args:
        callbacks: The callbacks, in their order.
        given: Their :func:`plain_attributes` before the training.

    Returns:
        For each its class, its attributes that are JSON data, and the names of those that are
        functions of Keras; and, by ``position/attribute/index``, those that are lists of arrays.
    """
    plain: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    for position, callback in enumerate(callbacks):
        attributes: dict[str, Any] = {}
        functions: dict[str, str] = {}
        for name, value in vars(callback).items():
            if name in ("_model", "params"):
                continue
            if isinstance(value, np.generic):
                value = value.item()
            if _is_json(value):
                if given[position].get(name) != json.dumps(value):
                    attributes[name] = value
            elif _is_function_of_keras(value):
                functions[name] = f"{value.__module__}:{value.__name__}"
            elif _is_array_list(value):
                for index, each in enumerate(value):
                    arrays[f"{position}/{name}/{index}"] = np.asarray(each)
        plain.append(
            {"class": _class_name(callback), "attributes": attributes, "functions": functions}
        )
    return plain, arrays


def check_callbacks(
    callbacks: Sequence[keras.callbacks.Callback], plain: Sequence[Mapping[str, Any]]
) -> None:
    """Raise where a training goes on with other callbacks than it was begun with.

    Args:
        callbacks: The new callbacks.
        plain: The first part of the old ones' state.

    Raises:
        CheckpointError: They are not of the same classes in the same order.
    """
    expected = [each["class"] for each in plain]
    received = [_class_name(each) for each in callbacks]
    if expected != received:
        raise CheckpointError(
            f"The training was begun with callbacks {expected}, but is resumed with {received}. "
            "Pass the same callbacks in the same order: resume(..., callbacks=[...])."
        )


def restore_callbacks(
    callbacks: Sequence[keras.callbacks.Callback],
    plain: Sequence[Mapping[str, Any]],
    arrays: Mapping[str, np.ndarray],
) -> None:
    """Give new callbacks what :func:`state_of_callbacks` took from the old ones.

    Args:
        callbacks: Callbacks of the same classes in the same order.
        plain: The first part of the state.
        arrays: The second part.
    """
    for position, (callback, state) in enumerate(zip(callbacks, plain, strict=True)):
        vars(callback).update(state["attributes"])
        # EarlyStopping and its like choose how they compare once, and turn a sign when they do.
        for name, reference in state["functions"].items():
            if reference.startswith("keras."):
                setattr(callback, name, load_reference(reference, needed_by="a checkpoint"))
        lists: dict[str, dict[int, np.ndarray]] = {}
        for key, each in arrays.items():
            owner, name, index = key.split("/")
            if int(owner) == position:
                lists.setdefault(name, {})[int(index)] = each
        for name, items in lists.items():
            setattr(callback, name, [items[index] for index in sorted(items)])


def _class_name(callback: object) -> str:
    return f"{type(callback).__module__}.{type(callback).__qualname__}"


def _is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except (TypeError, ValueError):
        return False


def _is_function_of_keras(value: Any) -> bool:
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    return (
        inspect.isfunction(value)
        and value.__module__.startswith("keras.")
        and getattr(module, value.__name__, None) is value
    )


def _is_array_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, np.ndarray) for each in value)
