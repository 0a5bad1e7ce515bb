"""The families of ``keras.applications``: what their members have in common. Imports nothing heavy.

Papers are those that Keras's documentation of the networks cites. Licences are those of the
published weights, of Keras's documentation or of where Keras ported them from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

__all__ = ["FAMILIES", "IMAGENET_DEVIATION", "IMAGENET_MEAN", "Family"]

# Of the red, green and blue of ImageNet's training images, scaled to 0..1.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)

# Images are scaled to -1..1.
_SIGNED: dict[str, Any] = {"scale": 1 / 127.5, "offset": -1.0}
# Images less the mean, by the deviation.
_STANDARD: dict[str, Any] = {
    "scale": tuple(1 / (255 * each) for each in IMAGENET_DEVIATION),
    "offset": tuple(
        -mean / each for mean, each in zip(IMAGENET_MEAN, IMAGENET_DEVIATION, strict=True)
    ),
}
# Images less the mean, 0-255: red, green, blue; the backbone makes blue, green, red of them.
_CENTRED: dict[str, Any] = {"scale": 1.0, "offset": (-123.68, -116.779, -103.939)}
# Images as they are; the backbone has its own preprocessing.
_UNTOUCHED: dict[str, Any] = {"scale": 1.0, "offset": 0.0}

_DEEP = (
    "with the random weights of the check, rounding grows through the hundreds of layers in a row"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Networks of one paper that take images in the same way.

    Attributes:
        title: For summaries.
        paper: arXiv identifier.
        licence: That of the published weights.
        preprocessing: ``scale`` and ``offset`` of the specs.
        members: For the name of a model, the function of ``keras.applications`` and the height
            and width of the images that its weights were trained on.
        min_size: The least height and width that Keras builds it for.
        options: Options of the builders and their defaults.
        loader: Function of ``imagenet.py`` that reads a published file.
        trained_on: The data of the published weights.
        tags: Words to filter by.
        expected_failures: For the name of a model, the conformance checks that it can't pass.
    """

    title: str
    paper: str
    licence: str
    preprocessing: Mapping[str, Any]
    members: Mapping[str, tuple[str, int]]
    min_size: int = 32
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    loader: str = "load_network"
    trained_on: str = "ImageNet"
    tags: tuple[str, ...] = ()
    expected_failures: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


def _members(name: str, architecture: str, sizes: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    return {f"{name}{key.lower()}": (f"{architecture}{key}", side) for key, side in sizes.items()}


FAMILIES = (
    Family(
        title="Xception",
        paper="arXiv:1610.02357",
        licence="MIT",
        preprocessing=_SIGNED,
        members={"keras_xception": ("Xception", 299)},
        min_size=71,
    ),
    Family(
        title="VGG",
        paper="arXiv:1409.1556",
        licence="CC-BY-4.0",
        preprocessing=_CENTRED,
        members=_members("keras_vgg", "VGG", {"16": 224, "19": 224}),
        options={"fully_connected": True},
        loader="load_vgg",
    ),
    Family(
        title="ResNet",
        paper="arXiv:1512.03385",
        licence="MIT",
        preprocessing=_CENTRED,
        members=_members("keras_resnet", "ResNet", {"50": 224, "101": 224, "152": 224}),
        tags=("residual",),
    ),
    Family(
        title="ResNet v2",
        paper="arXiv:1603.05027",
        licence="BSD-3-Clause",
        preprocessing=_SIGNED,
        members={f"keras_resnet{depth}_v2": (f"ResNet{depth}V2", 224) for depth in (50, 101, 152)},
        tags=("residual",),
    ),
    Family(
        title="Inception v3",
        paper="arXiv:1512.00567",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members={"keras_inception_v3": ("InceptionV3", 299)},
        min_size=75,
    ),
    Family(
        title="Inception-ResNet v2",
        paper="arXiv:1602.07261",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members={"keras_inception_resnet_v2": ("InceptionResNetV2", 299)},
        min_size=75,
        tags=("residual",),
    ),
    Family(
        title="MobileNet",
        paper="arXiv:1704.04861",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members={"keras_mobilenet": ("MobileNet", 224)},
        options={"alpha": 1.0, "depth_multiplier": 1, "dropout": 1e-3},
        tags=("mobile",),
    ),
    Family(
        title="MobileNet v2",
        paper="arXiv:1801.04381",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members={"keras_mobilenet_v2": ("MobileNetV2", 224)},
        options={"alpha": 1.0},
        tags=("mobile", "residual"),
    ),
    Family(
        title="MobileNet v3",
        paper="arXiv:1905.02244",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members=_members("keras_mobilenet_v3_", "MobileNetV3", {"Small": 224, "Large": 224}),
        options={"alpha": 1.0, "minimalistic": False, "dropout_rate": 0.2},
        loader="load_mobilenet_v3",
        tags=("mobile", "residual"),
    ),
    Family(
        title="DenseNet",
        paper="arXiv:1608.06993",
        licence="BSD-3-Clause",
        preprocessing=_STANDARD,
        members=_members("keras_densenet", "DenseNet", {"121": 224, "169": 224, "201": 224}),
    ),
    Family(
        title="NASNet",
        paper="arXiv:1707.07012",
        licence="Apache-2.0",
        preprocessing=_SIGNED,
        members=_members("keras_nasnet_", "NASNet", {"Mobile": 224, "Large": 331}),
    ),
    Family(
        title="EfficientNet",
        paper="arXiv:1905.11946",
        licence="Apache-2.0",
        preprocessing=_UNTOUCHED,
        members=_members("keras_efficientnet_", "EfficientNet", {"B0": 224, "B1": 240, "B2": 260})
        | _members("keras_efficientnet_", "EfficientNet", {"B3": 300, "B4": 380, "B5": 456})
        | _members("keras_efficientnet_", "EfficientNet", {"B6": 528, "B7": 600}),
        loader="load_efficientnet",
        tags=("residual",),
    ),
    Family(
        title="EfficientNet v2",
        paper="arXiv:2104.00298",
        licence="Apache-2.0",
        preprocessing=_STANDARD,
        members=_members(
            "keras_efficientnet_v2_",
            "EfficientNetV2",
            {"B0": 224, "B1": 240, "B2": 260, "B3": 300},
        ),
        tags=("residual",),
    ),
    Family(
        title="EfficientNet v2",
        paper="arXiv:2104.00298",
        licence="Apache-2.0",
        preprocessing={"scale": 1 / 128, "offset": -1.0},
        members=_members(
            "keras_efficientnet_v2_", "EfficientNetV2", {"S": 384, "M": 480, "L": 480}
        ),
        tags=("residual",),
        expected_failures={
            "keras_efficientnet_v2_m": dict.fromkeys(("mixed_precision", "exported"), _DEEP),
            "keras_efficientnet_v2_l": dict.fromkeys(
                ("mixed_precision", "accelerated", "exported"), _DEEP
            ),
        },
    ),
    Family(
        title="ConvNeXt",
        paper="arXiv:2201.03545",
        licence="MIT",
        preprocessing=_STANDARD,
        members=_members("keras_convnext_", "ConvNeXt", {"Tiny": 224, "Small": 224}),
        tags=("residual",),
    ),
    Family(
        title="ConvNeXt",
        paper="arXiv:2201.03545",
        licence="MIT",
        preprocessing=_STANDARD,
        members=_members("keras_convnext_", "ConvNeXt", {"Base": 224, "Large": 224, "XLarge": 224}),
        trained_on="ImageNet-21k and then ImageNet",
        tags=("residual",),
    ),
)
