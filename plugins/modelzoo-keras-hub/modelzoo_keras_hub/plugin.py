"""What this package offers: KerasHub's presets and architectures, by their names.

Nothing heavy is imported here; a name is looked up in a table that comes with the package.
"""

from __future__ import annotations

from modelzoo import Family, ModelSpec, hookimpl

_WORD = "keras_hub"
# What the conformance kit checks, and the first of it what listings show: few enough that all take
# some minutes. The package's slow tests check every architecture.
_ARCHITECTURES = ("resnet", "mobilenet", "dinov2", "efficientnet", "vgg", "xception")


@hookimpl
def modelzoo_families() -> list[Family]:
    """What listings say of the names, which are too many to be listed."""
    return [
        Family(
            kind="model",
            pattern=f"{_WORD}/PRESET",
            summary="An image model of KerasHub with its weights, by the name of the preset",
            examples=(
                f"{_WORD}/mobilenet_v3_small_050_imagenet",
                f"{_WORD}/resnet_18_imagenet",
                f"{_WORD}/efficientnet_lite0_ra_imagenet",
            ),
        ),
        Family(
            kind="model",
            pattern=f"{_WORD}/ARCHITECTURE",
            summary="An image backbone of KerasHub with any arguments of its constructor",
            examples=tuple(f"{_WORD}/{name}" for name in _ARCHITECTURES),
        ),
    ]


@hookimpl
def modelzoo_resolve(kind: str, name: str) -> ModelSpec | None:
    """The spec of a preset, an architecture, or a preset at an address."""
    word, _, rest = name.partition("/")
    if kind != "model" or word != _WORD or not rest:
        return None

    # Only a name of ours is worth reading the table.
    from modelzoo_keras_hub.resolving import resolve

    return resolve(rest)
