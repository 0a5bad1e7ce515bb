"""What the files of a preset say. They are read as data: no class is made of what they name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelzoo.errors import WeightsError
from modelzoo_keras_hub.architectures import ARCHITECTURES, Architecture

__all__ = ["Head", "Preset", "read_preset"]

_BACKBONE = "config.json"
_IMAGES = "image_converter.json"
_CLASSIFIER = "task.json"
# One file, or the list of several where it would be larger than 10 GB.
_WEIGHTS = ("model.weights.h5", "model.weights.json")
_HEAD_WEIGHTS = "task.weights.h5"

_EXPECTED = (
    f"Expected a folder that save_to_preset of a KerasHub model wrote, with {_BACKBONE} and "
    f"{_WEIGHTS[0]}, {_IMAGES} for the scaling of images, and {_CLASSIFIER} and {_HEAD_WEIGHTS} "
    "where it has a classifier."
)

# What the constructors take and does not tell one network from another.
_NOT_ARGUMENTS = ("name", "trainable", "dtype", "data_format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The classifier of a preset.

    Attributes:
        num_classes: How many classes it has.
        arguments: Of the classifier's class, the backbone and the number of classes aside.
        weights: The file with its weights.
    """

    num_classes: int
    arguments: Mapping[str, Any]
    weights: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset of KerasHub in a folder.

    Attributes:
        folder: The folder.
        architecture: What its backbone is.
        arguments: Of the backbone's constructor, the images' shape aside.
        image_shape: ``(height, width, channels)``, with ``None`` for what can be any.
        scaling: What images of 0 to 255 are multiplied by and what is added then, a number or one
            per channel each; ``None`` where the preset does not say.
        weights: The file with the backbone's weights.
        head: Its classifier; ``None`` where it has none.
    """

    folder: Path
    architecture: Architecture
    arguments: Mapping[str, Any]
    image_shape: tuple[int | None, ...]
    scaling: tuple[Any, Any] | None
    weights: Path
    head: Head | None


def read_preset(folder: Path) -> Preset:
    """Read what a preset in a folder is.

    Args:
        folder: What KerasHub's ``save_to_preset`` wrote, or a download of that.

    Raises:
        WeightsError: It is not there or no such folder, a file is missing or damaged, or the
            model is none of the image backbones that are known here.
    """
    described = _read(folder, _BACKBONE) if folder.is_dir() else None
    if described is None:
        if folder.is_dir():
            reason = f"it has no {_BACKBONE}"
        else:
            reason = "it is a file" if folder.exists() else "there is no such folder"
        raise WeightsError(f"{folder} is no preset of KerasHub: {reason}. {_EXPECTED}")
    name = described.get("class_name")
    architecture = next((each for each in ARCHITECTURES.values() if each.backbone == name), None)
    if architecture is None:
        known = ", ".join(each.backbone for each in ARCHITECTURES.values())
        raise WeightsError(
            f"{folder} is a preset of {name!r}, which is none of the image backbones that are "
            f"known here: {known}."
        )
    config = _config(described, folder / _BACKBONE)
    weights = next((folder / each for each in _WEIGHTS if (folder / each).is_file()), None)
    if weights is None:
        raise WeightsError(f"{folder} has no weights: expected {' or '.join(_WEIGHTS)} in it.")
    return Preset(
        folder=folder,
        architecture=architecture,
        arguments={
            key: value
            for key, value in config.items()
            if key not in (*_NOT_ARGUMENTS, architecture.shape_argument)
        },
        image_shape=tuple(config.get(architecture.shape_argument) or (None, None, 3)),
        scaling=_scaling(folder),
        weights=weights,
        head=_head(folder, architecture),
    )


def _scaling(folder: Path) -> tuple[Any, Any] | None:
    described = _read(folder, _IMAGES)
    if described is None:
        return None
    config = _config(described, folder / _IMAGES)
    scale, offset = config.get("scale"), config.get("offset")
    return (1.0 if scale is None else scale, 0.0 if offset is None else offset)


def _head(folder: Path, architecture: Architecture) -> Head | None:
    described = _read(folder, _CLASSIFIER)
    weights = folder / _HEAD_WEIGHTS
    if described is None or not weights.is_file() or not architecture.classifier:
        return None
    if described.get("class_name") != architecture.classifier:
        return None
    config = _config(described, folder / _CLASSIFIER)
    own = {*_NOT_ARGUMENTS, "backbone", "preprocessor", "num_classes", "activation", "head_dtype"}
    return Head(
        num_classes=config.get("num_classes", 0),
        arguments={key: value for key, value in config.items() if key not in own},
        weights=weights,
    )


def _read(folder: Path, name: str) -> dict[str, Any] | None:
    file = folder / name
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WeightsError(f"{file} can't be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise WeightsError(f"{file} is damaged: it can't be read as JSON ({error}).") from error
    if not isinstance(described, dict):
        raise WeightsError(f"{file} is damaged: it says {described!r}, expected a JSON object.")
    return described


def _config(described: Mapping[str, Any], file: Path) -> dict[str, Any]:
    config = described.get("config")
    if not isinstance(config, dict):
        raise WeightsError(f"{file} is damaged: it has no 'config' of what it describes.")
    return config
