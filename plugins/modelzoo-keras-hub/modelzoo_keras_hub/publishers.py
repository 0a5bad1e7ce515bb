"""What makes up the sources of the presets: one function for each publisher's models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "HALF",
    "NONE",
    "Normalisation",
    "Source",
    "deit",
    "dinov2",
    "dinov3",
    "mit",
    "resnet_vd",
    "swin",
    "timm",
    "vit",
]


@dataclass(frozen=True)
class Normalisation:
    """How images of 0 to 1 are normalised, per channel: minus mean, divided by deviation."""

    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]


IMAGENET = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALF = Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
NONE = Normalisation((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
SATELLITE = Normalisation((0.430, 0.411, 0.296), (0.213, 0.156, 0.143))


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a preset comes from.

    Attributes:
        architecture: Its name in ``ARCHITECTURES``.
        origin: The published model that KerasHub converted.
        size: Height and width of the images that it is used with, in pixels.
        normalisation: How they are normalised.
        num_classes: How many classes the head of the preset has; ``None``: it has no head.
        arguments: Of the backbone's constructor; ``None``: KerasHub's own converter of timm models
            has them.
        licence: Of the weights.
        paper: Where this variant was published, where that is not the architecture's paper.
        classifier: Arguments of the library's classifier, where its layers before the dense one
            belong to the preset.
    """

    architecture: str
    origin: str
    size: int = 224
    normalisation: Normalisation = IMAGENET
    num_classes: int | None = 1000
    arguments: Mapping[str, Any] | None = None
    licence: str = "Apache-2.0"
    paper: str = ""
    classifier: Mapping[str, Any] | None = field(default=None)


def timm(architecture: str, origin: str, **facts: Any) -> Source:
    """A model of timm, by its name there; KerasHub's converter knows its arguments."""
    return Source(architecture=architecture, origin=f"timm/{origin}", **facts)


def resnet_vd(name: str, blocks: list[int], *, basic: bool = False) -> Source:
    """A ResNet-vd of PaddleClas, by its name there and the blocks of each stage."""
    return Source(
        architecture="resnet",
        origin=f"PaddleClas {name}",
        arguments={
            "input_conv_filters": [32, 32, 64],
            "input_conv_kernel_sizes": [3, 3, 3],
            "stackwise_num_filters": [64, 128, 256, 512],
            "stackwise_num_blocks": blocks,
            "stackwise_num_strides": [1, 2, 2, 2],
            "block_type": "basic_block_vd" if basic else "bottleneck_block_vd",
        },
        paper="arXiv:1812.01187",
    )


_VIT_SIZES = {"base": (12, 12, 768), "large": (24, 16, 1024), "huge": (32, 16, 1280)}


def vit(size: str, patch: int, pixels: int, *, head: bool) -> Source:
    """A ViT of Google's, trained on ImageNet-21k and, with a head, fine-tuned on ImageNet."""
    layers, heads, width = _VIT_SIZES[size]
    return Source(
        architecture="vit",
        origin=f"google/vit-{size}-patch{patch}-{pixels}" + ("" if head else "-in21k"),
        size=pixels,
        normalisation=HALF,
        num_classes=1000 if head else None,
        arguments={
            "patch_size": [patch, patch],
            "num_layers": layers,
            "num_heads": heads,
            "hidden_dim": width,
            "mlp_dim": 4 * width,
        },
    )


def deit(size: str, heads: int, pixels: int = 224) -> Source:
    """A distilled DeiT of Facebook's with patches of 16 x 16."""
    width = 64 * heads
    return Source(
        architecture="deit",
        origin=f"facebook/deit-{size}-distilled-patch16-{pixels}",
        size=pixels,
        arguments={
            "patch_size": 16,
            "num_layers": 12,
            "num_heads": heads,
            "hidden_dim": width,
            "intermediate_dim": 4 * width,
            "layer_norm_epsilon": 1e-12,
        },
    )


def swin(size: str, width: int, third_stage: int, window: int = 7, pixels: int = 224) -> Source:
    """A Swin Transformer of Microsoft's, by the width of the first stage and the third's blocks."""
    return Source(
        architecture="swin_transformer",
        origin=f"microsoft/swin-{size}-patch4-window{window}-{pixels}",
        size=pixels,
        num_classes=None,
        arguments={
            "embed_dim": width,
            "depths": [2, 2, third_stage, 2],
            "num_heads": [width // 32 * 2**stage for stage in range(4)],
            "window_size": window,
        },
    )


_MIT_SIZES = {
    "b0": ([32, 64, 160, 256], [2, 2, 2, 2]),
    "b1": ([64, 128, 320, 512], [2, 2, 2, 2]),
    "b2": ([64, 128, 320, 512], [3, 4, 6, 3]),
    "b3": ([64, 128, 320, 512], [3, 4, 18, 3]),
    "b4": ([64, 128, 320, 512], [3, 8, 27, 3]),
    "b5": ([64, 128, 320, 512], [3, 6, 40, 3]),
}


def mit(size: str, data: str, pixels: int) -> Source:
    """The encoder of a SegFormer of NVIDIA's."""
    widths, depths = _MIT_SIZES[size]
    return Source(
        architecture="mit",
        origin=f"nvidia/segformer-{size}-finetuned-{data}-{pixels}-{pixels}",
        size=pixels,
        num_classes=None,
        arguments={
            "layerwise_depths": depths,
            "hidden_dims": widths,
            "num_layers": 4,
            "layerwise_num_heads": [1, 2, 5, 8],
            "layerwise_sr_ratios": [8, 4, 2, 1],
            "max_drop_path_rate": 0.1,
            "layerwise_patch_sizes": [7, 3, 3, 3],
            "layerwise_strides": [4, 2, 2, 2],
        },
        licence="NVIDIA Source Code License for SegFormer (not for commercial use)",
    )


_DINO_SIZES = {
    "small": (12, 6, 384),
    "base": (12, 12, 768),
    "large": (24, 16, 1024),
    "giant": (40, 24, 1536),
    "huge": (32, 20, 1280),
    "7b": (40, 32, 4096),
}


def dinov2(size: str, *, registers: bool) -> Source:
    """A DINOv2 of Facebook's, with registers (Darcet et al. 2023) or without."""
    layers, heads, width = _DINO_SIZES[size]
    return Source(
        architecture="dinov2",
        origin=f"facebook/dinov2-{'with-registers-' if registers else ''}{size}",
        size=518,
        num_classes=None,
        arguments={
            "patch_size": 14,
            "num_layers": layers,
            "num_heads": heads,
            "hidden_dim": width,
            "intermediate_dim": 4 * width,
            "num_register_tokens": 4 if registers else 0,
            "use_swiglu_ffn": size == "giant",
            "position_embedding_shape": [518, 518],
            "antialias_in_interpolation": registers,
        },
        paper="arXiv:2309.16588" if registers else "",
    )


def dinov3(name: str, size: str, *, gated: bool = False, width_factor: int = 4) -> Source:
    """A DINOv3 of Facebook's, by its name there."""
    layers, heads, width = _DINO_SIZES[size]
    satellite = name.endswith("sat493m")
    return Source(
        architecture="dinov3",
        origin=f"facebook/dinov3-{name}",
        normalisation=SATELLITE if satellite else IMAGENET,
        num_classes=None,
        arguments={
            "patch_size": 16,
            "num_layers": layers,
            "num_heads": heads,
            "hidden_dim": width,
            "intermediate_dim": width_factor * width,
            "hidden_activation": "silu" if gated else "gelu",
            "use_gated_mlp": gated,
            "use_query_bias": size != "7b",
            "use_key_bias": False,
            "use_value_bias": size != "7b",
        },
        licence="DINOv3 License",
    )
