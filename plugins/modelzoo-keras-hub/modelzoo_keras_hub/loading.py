"""Takes over the weights of a preset, the backbone's and those of a classifier that fits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from modelzoo.errors import WeightsError
from modelzoo.weights import finalize_layers
from modelzoo_keras_hub.backbones import hub_backbone, used_classifier
from modelzoo_keras_hub.classifiers import (
    classifier_of,
    dense_of,
    features_of,
    known_arguments,
    sees_the_same,
)
from modelzoo_keras_hub.preset_folder import Head, Preset, read_preset

__all__ = ["load_preset"]

# Arguments that are about training, and the first values of weights, and other outputs.
_FREE = frozenset(
    {
        "apply_layernorm", "attention_dropout", "drop_path", "drop_path_rate", "dropout",
        "dropout_rate", "image_shape", "input_shape", "layer_scale_init_value",
        "max_drop_path_rate", "out_features",
    }
)  # fmt: skip
_AS_IT_IS = (
    "Where the preset is right and this model is not, keras_hub/preset with the option "
    "preset='FOLDER' is built as the preset's files say."
)


def load_preset(path: Path, model: keras.Model) -> None:
    """Load the weights of a preset of KerasHub.

    The classifier's dense layer is taken over where it sees the same features and has as many
    classes as the model's head.

    Args:
        path: The folder of the preset.
        model: What :func:`modelzoo.get` builds of a model of this package; unchanged where an
            error is raised.

    Raises:
        WeightsError: The folder is no preset, the preset is of another network or of images that
            are scaled otherwise, or its weights are damaged.
    """
    preset = read_preset(path)
    features = model.get_layer("backbone")
    backbone = hub_backbone(features)
    _check_network(preset, backbone)
    _check_scaling(preset, model)
    head = _head_that_fits(preset, features, backbone)
    with _unchanged_on_error(model):
        _load(backbone.load_weights, preset.weights)
        if head is not None:
            _load_head(head, preset, features, backbone, model)
        _check_finite(model, preset)
    finalize_layers(model)


def _check_network(preset: Preset, backbone: keras.Model) -> None:
    architecture = preset.architecture
    if type(backbone).__name__ != architecture.backbone:
        raise WeightsError(
            f"{preset.folder} is a preset of {architecture.backbone}, but this model's backbone "
            f"is a {type(backbone).__name__}. {_AS_IT_IS}"
        )
    ours = _plain(backbone.get_config())
    for name, theirs in sorted(_plain(preset.arguments).items()):
        if name in ours and name not in _FREE and ours[name] != theirs:
            raise WeightsError(
                f"{preset.folder} does not belong to this model: its backbone has "
                f"{name}={theirs!r}, this one {name}={ours[name]!r}. {_AS_IT_IS}"
            )
    shape = tuple(backbone.input_shape[1:]) if not isinstance(backbone.input_shape, dict) else ()
    if architecture.fixed_size and preset.image_shape != shape:
        raise WeightsError(
            f"{preset.folder} has weights for images {preset.image_shape}, because it has some for "
            f"each position; this model is for {shape}. Build it with "
            f"input_shape={preset.image_shape}."
        )


def _plain(config: Any) -> Any:
    """A configuration as JSON has it: lists for tuples."""
    return json.loads(json.dumps(config, default=str))


def _check_scaling(preset: Preset, model: keras.Model) -> None:
    if preset.scaling is None:
        return
    factor, addend = np.ones(()), np.zeros(())
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Rescaling):
            scale, offset = np.asarray(layer.scale, float), np.asarray(layer.offset, float)
            factor, addend = factor * scale, addend * scale + offset
    wanted = [np.asarray(each, float) for each in preset.scaling]
    # To a hundredth of a grey level of 256.
    at_white = 255 * wanted[0] + wanted[1]
    same = np.allclose(addend, wanted[1], atol=1e-4) and np.allclose(
        255 * factor + addend, at_white, atol=1e-4
    )
    if not same:
        raise WeightsError(
            f"{preset.folder} was trained on images that are multiplied by {wanted[0].tolist()} "
            f"and then added {wanted[1].tolist()}; this model multiplies by "
            f"{np.asarray(factor).tolist()} and adds {np.asarray(addend).tolist()}. {_AS_IT_IS}"
        )


def _head_that_fits(preset: Preset, features: keras.Model, backbone: keras.Model) -> Head | None:
    """The preset's classifier, where its dense layer sees the model's features."""
    ours, head = used_classifier(features), preset.head
    fits = head is not None and sees_the_same(preset.architecture, ours, head.arguments)
    if fits:
        return head
    if len(features.weights) > len(backbone.weights):
        has = f"a classifier with {dict(head.arguments)}" if head else "no classifier"
        raise WeightsError(
            f"{preset.folder} has {has}, but the features of this model go through layers of one "
            f"with {ours}, whose weights would be missing. Build it with classifier=None to take "
            "over the backbone alone."
        )
    return None


def _load_head(
    head: Head, preset: Preset, features: keras.Model, backbone: keras.Model, model: keras.Model
) -> None:
    arguments = known_arguments(preset.architecture, head.arguments)
    classifier = classifier_of(preset.architecture, backbone, head.num_classes, arguments)
    _load(classifier.load_task_weights, head.weights)
    theirs, ours = _beyond(features_of(classifier), backbone), _beyond(features, backbone)
    pairs = list(zip(ours, theirs, strict=True))
    dense = dense_of(classifier)
    logits = next((each for each in model.layers if each.name == "logits"), None)
    if logits is not None and _shapes(logits) == _shapes(dense):
        pairs += zip(logits.weights, dense.weights, strict=True)
    for variable, value in pairs:
        variable.assign(value)


def _beyond(features: keras.Model, backbone: keras.Model) -> list[keras.Variable]:
    inside = {id(each) for each in backbone.weights}
    return [each for each in features.weights if id(each) not in inside]


def _shapes(layer: keras.layers.Layer) -> list[tuple[int, ...]]:
    return [tuple(each.shape) for each in layer.weights]


def _load(load: Callable[[str], Any], file: Path) -> None:
    try:
        load(str(file))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise WeightsError(
            f"{file} ({file.stat().st_size} bytes) can't be loaded into this model: {reason} "
            "It is damaged, or belongs to another network or another version of KerasHub."
        ) from error


def _check_finite(model: keras.Model, preset: Preset) -> None:
    if not all(np.isfinite(np.asarray(each)).all() for each in model.weights):
        raise WeightsError(f"{preset.folder} is damaged: it has weights that are NaN or infinite.")


@contextmanager
def _unchanged_on_error(model: keras.Model) -> Iterator[None]:
    before = [np.asarray(each) for each in model.variables]
    try:
        yield
    except BaseException:
        for variable, value in zip(model.variables, before, strict=True):
            variable.assign(value)
        raise
