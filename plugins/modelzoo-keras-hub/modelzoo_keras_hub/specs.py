"""From a name to the spec of a model, without importing KerasHub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelzoo import ModelSpec, WeightsSpec
from modelzoo_keras_hub.addresses import page_of
from modelzoo_keras_hub.architectures import ARCHITECTURES, Architecture
from modelzoo_keras_hub.table import architectures, presets

__all__ = ["architecture_spec", "default_arguments", "hub_spec", "preset_spec"]

_BUILDERS = "modelzoo_keras_hub.backbones"
_FROM_PRESET = "modelzoo_keras_hub.from_preset:from_preset"
_CONVERTER = "modelzoo_keras_hub.loading:load_preset"
_FETCHER = "modelzoo_keras_hub.fetching:fetch_preset"
_LICENCE = "Apache-2.0"
# Those of EfficientNetV2, where noise of one millionth in the images changed the features by a
# thousandth; others have up to 18.
_MANY_BLOCKS = 40


def preset_spec(name: str, row: Mapping[str, Any]) -> ModelSpec:
    """The spec of a preset that the table knows.

    Args:
        name: The model's name, ``keras_hub/PRESET``.
        row: The preset in the table.
    """
    architecture = ARCHITECTURES[row["architecture"]]
    num_classes = row["num_classes"]
    return ModelSpec(
        name=name,
        summary=row["summary"],
        builder=f"{_BUILDERS}:{architecture.name}",
        input_shape=(row["size"], row["size"], 3),
        min_size=_min_size(architecture, row["arguments"], row["classifier"]),
        channels=(3,),
        resizable=False,
        scale=tuple(row["scale"]),
        offset=tuple(row["offset"]),
        features=row["features"],
        parameters=row["parameters"],
        options=_options(row),
        task_defaults={"multiclass": {"num_classes": num_classes}} if num_classes else {},
        weights=(
            _weights(
                row["handle"],
                num_classes=num_classes,
                licence=row["licence"],
                summary=f"{row['origin']}, converted by KerasHub",
            ),
        ),
        tags=("pretrained",),
        paper=row["paper"],
        licence=_LICENCE,
        expected_failures=_expected_failures(architecture, row["arguments"]),
    )


def architecture_spec(name: str, architecture: Architecture) -> ModelSpec:
    """The spec of an architecture, whose options are the constructor's arguments.

    Args:
        name: The model's name, ``keras_hub/ARCHITECTURE``.
        architecture: The architecture.
    """
    arguments = default_arguments(architecture)
    counted = architectures()[architecture.name]
    return ModelSpec(
        name=name,
        summary=f"{architecture.summary}",
        builder=f"{_BUILDERS}:{architecture.name}",
        input_shape=(architecture.size, architecture.size, 3),
        min_size=_min_size(architecture, arguments, None),
        channels=architecture.channels,
        resizable=architecture.resizable,
        features=counted["features"],
        parameters=counted["parameters"],
        options=arguments,
        weights=(_weights("", summary="A preset in a local folder"),),
        paper=architecture.paper,
        licence=_LICENCE,
        expected_failures=_expected_failures(architecture, arguments),
    )


def default_arguments(architecture: Architecture) -> dict[str, Any]:
    """The arguments that an architecture's constructor has unless a user gives others."""
    if architecture.default:
        return dict(presets()[architecture.default]["arguments"])
    return dict(architecture.arguments or {})


def hub_spec(name: str, handle: str) -> ModelSpec:
    """The spec of a preset of which nothing is known but where it is.

    Args:
        name: The model's name.
        handle: ``kaggle://...``, ``hf://...``, or a preset's name in a newer KerasHub; empty: the
            user gives a folder by the option ``preset``.
    """
    return ModelSpec(
        name=name,
        summary=f"A preset of KerasHub, built as its own files say: {handle or 'a local folder'}",
        builder=_FROM_PRESET,
        channels=(1, 3),
        resizable=False,
        options={"preset": handle},
        weights=(_weights(handle, summary="The preset's own"),),
        licence=_LICENCE,
    )


def _weights(handle: str, **facts: Any) -> WeightsSpec:
    return WeightsSpec(
        name="preset",
        converter=_CONVERTER,
        fetcher=_FETCHER,
        url=page_of(handle),
        **facts,
    )


def _options(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["classifier"] is None:
        return dict(row["arguments"])
    return {**row["arguments"], "classifier": row["classifier"]}


def _min_size(
    architecture: Architecture, arguments: Mapping[str, Any], classifier: Mapping[str, Any] | None
) -> int:
    if classifier is not None and architecture.classifier_min_size:
        return architecture.classifier_min_size
    patch = arguments.get("patch_size", 1)
    side = patch if isinstance(patch, int) else patch[0]
    if architecture.whole_windows:
        # Patches of 4 pixels, and three times half as many on a side.
        side = 8 * arguments.get("patch_size", 4) * arguments["window_size"]
    return max(architecture.min_size, side)


def _expected_failures(architecture: Architecture, arguments: Mapping[str, Any]) -> dict[str, str]:
    expected = dict(architecture.expected_failures)
    if architecture.name != "efficientnet":
        return expected
    if "num_features" in arguments or any(arguments.get("stackwise_nores_option", ())):
        expected["config_restored"] = (
            "KerasHub leaves num_features and stackwise_nores_option out of the configuration"
        )
    if sum(arguments["stackwise_num_repeats"]) >= _MANY_BLOCKS:
        for check in ("mixed_precision", "exported"):
            expected[check] = (
                "with the random weights of the check, rounding grows from block to block"
            )
    return expected
