"""Builds a model as a preset's own files say, for presets that the table does not know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import keras

from modelzoo_keras_hub.backbones import build
from modelzoo_keras_hub.classifiers import known_arguments, sees_the_same
from modelzoo_keras_hub.fetching import fetch
from modelzoo_keras_hub.preset_folder import Preset, read_preset

__all__ = ["from_preset"]


def from_preset(
    input_shape: tuple[int, int, int],
    *,
    preset: str,
    classifier: Mapping[str, Any] | Literal["saved"] | None = "saved",
) -> keras.Model:
    """Build the backbone of a preset, with random weights.

    Args:
        input_shape: ``(height, width, channels)``.
        preset: A folder, ``kaggle://OWNER/MODEL/keras/NAME[/VERSION]``, ``hf://OWNER/NAME``, or
            the name of a preset in the installed KerasHub.
        classifier: ``"saved"``: the features are what the preset's own classifier gives its dense
            layer, if it has one; else as of :func:`modelzoo_keras_hub.backbones.build`.

    Returns:
        A model from float images ``(batch, height, width, channels)`` of 0 to 1 to features. It
        begins with the scaling that the preset is used with.

    Raises:
        ValueError: No preset is named.
        WeightsError: The folder is not there or no preset, or not of an image backbone.
        DownloadError: The preset can't be fetched.
        UnknownNameError: It is neither a folder nor a name of KerasHub's.
    """
    if not isinstance(preset, str | Path) or not str(preset):
        raise ValueError(
            f"preset is {preset!r}, expected the path of a folder that save_to_preset wrote: "
            "preset='FOLDER', or --model-option preset=FOLDER on the command line"
        )
    local = Path(preset).expanduser()
    # KerasHub's own names are without slashes.
    is_path = local.exists() or ("://" not in str(preset) and len(local.parts) > 1)
    described = read_preset(local if is_path else fetch(str(preset)))
    architecture = described.architecture
    if classifier == "saved":
        classifier = _saved_classifier(described)
    features = build(architecture, input_shape, classifier=classifier, **described.arguments)
    if described.scaling is None:
        return features
    images = keras.Input(input_shape)
    scale, offset = described.scaling
    # The zoo gives images of 0 to 1, where the preset's scaling is one of 0 to 255.
    factors = [255 * each for each in scale] if isinstance(scale, list) else 255 * scale
    scaled = keras.layers.Rescaling(factors, offset, name="preset_scaling")(images)
    return keras.Model(images, features(scaled))


def _saved_classifier(preset: Preset) -> dict[str, Any] | None:
    """The arguments of a preset's classifier, where its features are not just the backbone's."""
    head = preset.head
    if head is None or sees_the_same(preset.architecture, None, head.arguments):
        return None
    return known_arguments(preset.architecture, head.arguments)
