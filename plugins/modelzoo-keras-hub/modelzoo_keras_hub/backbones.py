"""Builds KerasHub's backbones as models of the zoo: scaled images in, features out.

An architecture's builder is an attribute of this module under the architecture's name, such as
``modelzoo_keras_hub.backbones:resnet``; its options are the arguments of KerasHub's class.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import keras
import keras_hub

from modelzoo_keras_hub.architectures import ARCHITECTURES, Architecture
from modelzoo_keras_hub.arguments import check_arguments
from modelzoo_keras_hub.classifiers import classifier_of, features_of, known_arguments

__all__ = ["build", "hub_backbone", "used_classifier"]


def __getattr__(name: str) -> Callable[..., keras.Model]:
    if name in ARCHITECTURES:
        return functools.partial(build, ARCHITECTURES[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def build(
    architecture: Architecture,
    input_shape: tuple[int, int, int],
    *,
    classifier: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> keras.Model:
    """Build a backbone of KerasHub, up to its features.

    Args:
        architecture: Which class it is.
        input_shape: ``(height, width, channels)``.
        classifier: ``None``: the features are the backbone's own, a map, the class token or the
            mean of all tokens. A mapping: they are what KerasHub's classifier with these arguments
            gives its dense layer, which in some architectures has gone through more layers.
        **arguments: Of the class of the backbone in ``keras_hub.models``, except for the images'
            shape.

    Returns:
        A model from float images ``(batch, height, width, channels)`` to features, a map
        ``(batch, h, w, n)`` or a vector ``(batch, n)``.

    Raises:
        TypeError: An argument is missing.
        ValueError: An argument is unknown, or the class can't be built with these.

    Example:
        >>> build(
        ...     ARCHITECTURES["vgg"],
        ...     (32, 32, 3),
        ...     stackwise_num_repeats=[1, 1],
        ...     stackwise_num_filters=[8, 16],
        ... ).output_shape
        (None, 8, 8, 16)
    """
    kind = getattr(keras_hub.models, architecture.backbone)
    check_arguments(kind, arguments, without=[architecture.shape_argument])
    backbone = kind(**arguments, **{architecture.shape_argument: tuple(input_shape)})
    if classifier is not None:
        made = classifier_of(architecture, backbone, 1, classifier)
        features = features_of(made)
        # What it saves, too, where an argument's default is a number of the backbone's.
        saved = known_arguments(architecture, made.get_config())
        features.used_classifier = {**classifier, **saved}
        return features
    if architecture.features == "map":
        return backbone
    images = keras.Input(input_shape)
    # Some classes take their images by a name.
    outputs = backbone(keras.tree.map_structure(lambda _: images, backbone.input))
    return keras.Model(images, _own_features(architecture, backbone, outputs))


def _own_features(architecture: Architecture, backbone: keras.Model, outputs: Any) -> Any:
    if architecture.features == "last_stage":
        return outputs[backbone.stage_names[-1]]
    if architecture.features == "mean_token":
        return keras.ops.mean(outputs, axis=1)
    return outputs[:, 0]


def hub_backbone(features: keras.Model) -> keras.Model:
    """The backbone of KerasHub within a model that :func:`build` made."""
    layers = features._flatten_layers()
    return next(each for each in layers if isinstance(each, keras_hub.models.Backbone))


def used_classifier(features: keras.Model) -> dict[str, Any] | None:
    """The arguments of the classifier that :func:`build` used, with those that it decided."""
    found = (getattr(each, "used_classifier", None) for each in features._flatten_layers())
    return next((dict(each) for each in found if each is not None), None)
