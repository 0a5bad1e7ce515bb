"""KerasHub's image classifiers: a backbone, layers that some have after it, and a dense layer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras
import keras_hub

from modelzoo_keras_hub.architectures import Architecture
from modelzoo_keras_hub.arguments import check_arguments

__all__ = ["classifier_of", "dense_of", "features_of", "known_arguments", "sees_the_same"]

# What the zoo gives, and what comes after the features.
_NOT_FEATURES = frozenset({"backbone", "num_classes", "preprocessor", "activation", "head_dtype"})
# What training drops changes no features.
_DROPOUT = frozenset({"dropout", "drop_rate"})


def classifier_of(
    architecture: Architecture,
    backbone: keras.Model,
    num_classes: int,
    arguments: Mapping[str, Any],
) -> keras.Model:
    """KerasHub's classifier on a backbone.

    Args:
        architecture: What the backbone is.
        backbone: The backbone.
        num_classes: How many classes the dense layer has.
        arguments: Other arguments of the classifier's class.

    Raises:
        ValueError: An argument is unknown, or the library has no classifier for this architecture.
    """
    if not architecture.classifier:
        raise ValueError(f"KerasHub has no classifier for {architecture.backbone}")
    kind = getattr(keras_hub.models, architecture.classifier)
    check_arguments(kind, arguments, without=_NOT_FEATURES)
    return kind(
        backbone=backbone,
        num_classes=num_classes,
        preprocessor=None,
        compile=False,
        **arguments,
    )


def features_of(classifier: keras.Model) -> keras.Model:
    """The part of a classifier that is before its dense layer.

    Args:
        classifier: One of KerasHub's.

    Returns:
        A model from images to what the dense layer gets, ``(batch, n)``.
    """
    last = classifier.layers[-1]
    features = last.input
    if isinstance(last, keras.Sequential):
        for layer in last.layers[:-1]:
            features = layer(features)
    return keras.Model(classifier.input, features)


def dense_of(classifier: keras.Model) -> keras.layers.Dense:
    """A classifier's dense layer, which is its last one."""
    last = classifier.layers[-1]
    return last.layers[-1] if isinstance(last, keras.Sequential) else last


def sees_the_same(
    architecture: Architecture, first: Mapping[str, Any] | None, second: Mapping[str, Any] | None
) -> bool:
    """Whether the dense layers of two classifiers get the same features of a backbone.

    Args:
        architecture: What the backbone is.
        first: Arguments of the classifier; ``None``: the backbone's own features.
        second: The same of the other one.
    """
    ours = architecture.plain if first is None else first
    theirs = architecture.plain if second is None else second
    if ours is None or theirs is None:
        return first is None and second is None
    return all(
        ours.get(name, parameter.default) == theirs.get(name, parameter.default)
        for name, parameter in _parameters(architecture).items()
        if name not in _DROPOUT
    )


def known_arguments(architecture: Architecture, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those arguments of a saved classifier that its class takes.

    What KerasHub saves can say more than that: of a classifier of Swin Transformer, a pooling.

    Args:
        architecture: What the backbone is.
        given: Arguments as they were saved.
    """
    known = _parameters(architecture)
    return {name: value for name, value in given.items() if name in known}


def _parameters(architecture: Architecture) -> dict[str, inspect.Parameter]:
    """What the classifier of an architecture takes that is about the features."""
    kind = getattr(keras_hub.models, architecture.classifier)
    return {
        name: parameter
        for name, parameter in inspect.signature(kind).parameters.items()
        if name not in _NOT_FEATURES | {"kwargs"}
    }
