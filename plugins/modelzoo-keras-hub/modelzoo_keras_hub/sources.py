"""What KerasHub's metadata do not say of its presets, and the published models do.

KerasHub made its presets from models that others had published, and a preset's own files, which
say how it is built and how images are scaled, are on Kaggle only. What is here was written down
from these models' published configurations and from KerasHub's scripts that convert them. The
number of parameters that follows is compared with KerasHub's when the table is made, and what a
preset's files say is compared with all this when its weights are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelzoo_keras_hub.publishers import (
    HALF,
    NONE,
    Source,
    deit,
    dinov2,
    dinov3,
    mit,
    resnet_vd,
    swin,
    timm,
    vit,
)

__all__ = ["SOURCES"]

# All arguments of the classifier are at their defaults.
_DEFAULT: Mapping[str, Any] = {}
_V2 = "arXiv:2104.00298"

SOURCES: Mapping[str, Source] = {
    "csp_darknet_53_ra_imagenet": timm("cspnet", "cspdarknet53.ra_in1k", size=256),
    "csp_resnet_50_ra_imagenet": timm("cspnet", "cspresnet50.ra_in1k", size=256),
    "csp_resnext_50_ra_imagenet": timm("cspnet", "cspresnext50.ra_in1k", size=256),
    "darknet_53_imagenet": timm(
        "cspnet", "darknet53.c2ns_in1k", size=256, paper="arXiv:1804.02767"
    ),
    "deit_tiny_distilled_patch16_224_imagenet": deit("tiny", 3),
    "deit_small_distilled_patch16_224_imagenet": deit("small", 6),
    "deit_base_distilled_patch16_224_imagenet": deit("base", 12),
    "deit_base_distilled_patch16_384_imagenet": deit("base", 12, 384),
    "densenet_121_imagenet": timm("densenet", "densenet121.tv_in1k"),
    "densenet_169_imagenet": timm("densenet", "densenet169.tv_in1k"),
    "densenet_201_imagenet": timm("densenet", "densenet201.tv_in1k"),
    **{
        f"dinov2_{'with_registers_' if registers else ''}{size}": dinov2(size, registers=registers)
        for registers in (False, True)
        for size in ("small", "base", "large", "giant")
    },
    "dinov3_vit_small_lvd1689m": dinov3("vits16-pretrain-lvd1689m", "small"),
    "dinov3_vit_small_plus_lvd1689m": dinov3("vits16plus-pretrain-lvd1689m", "small", gated=True),
    "dinov3_vit_base_lvd1689m": dinov3("vitb16-pretrain-lvd1689m", "base"),
    "dinov3_vit_large_lvd1689m": dinov3("vitl16-pretrain-lvd1689m", "large"),
    "dinov3_vit_large_sat493m": dinov3("vitl16-pretrain-sat493m", "large"),
    "dinov3_vit_huge_plus_lvd1689m": dinov3("vith16plus-pretrain-lvd1689m", "huge", gated=True),
    "dinov3_vit_7b_lvd1689m": dinov3("vit7b16-pretrain-lvd1689m", "7b", gated=True, width_factor=2),
    "dinov3_vit_7b_sat493m": dinov3("vit7b16-pretrain-sat493m", "7b", gated=True, width_factor=2),
    "efficientnet_b0_ra_imagenet": timm("efficientnet", "efficientnet_b0.ra_in1k"),
    "efficientnet_b0_ra4_e3600_r224_imagenet": timm(
        "efficientnet", "efficientnet_b0.ra4_e3600_r224_in1k", normalisation=HALF
    ),
    "efficientnet_b1_ft_imagenet": timm("efficientnet", "efficientnet_b1.ft_in1k"),
    "efficientnet_b1_ra4_e3600_r240_imagenet": timm(
        "efficientnet", "efficientnet_b1.ra4_e3600_r240_in1k", size=240, normalisation=HALF
    ),
    "efficientnet_b2_ra_imagenet": timm("efficientnet", "efficientnet_b2.ra_in1k", size=256),
    "efficientnet_b3_ra2_imagenet": timm("efficientnet", "efficientnet_b3.ra2_in1k", size=288),
    "efficientnet_b4_ra2_imagenet": timm("efficientnet", "efficientnet_b4.ra2_in1k", size=320),
    "efficientnet_b5_sw_imagenet": timm(
        "efficientnet", "efficientnet_b5.sw_in12k", size=416, num_classes=11821
    ),
    "efficientnet_b5_sw_ft_imagenet": timm(
        "efficientnet", "efficientnet_b5.sw_in12k_ft_in1k", size=448
    ),
    "efficientnet_el_ra_imagenet": timm("efficientnet", "efficientnet_el.ra_in1k", size=300),
    "efficientnet_em_ra2_imagenet": timm("efficientnet", "efficientnet_em.ra2_in1k", size=240),
    "efficientnet_es_ra_imagenet": timm("efficientnet", "efficientnet_es.ra_in1k"),
    "efficientnet_lite0_ra_imagenet": timm("efficientnet", "efficientnet_lite0.ra_in1k"),
    "efficientnet2_rw_m_agc_imagenet": timm(
        "efficientnet", "efficientnetv2_rw_m.agc_in1k", size=320, paper=_V2
    ),
    "efficientnet2_rw_s_ra2_imagenet": timm(
        "efficientnet", "efficientnetv2_rw_s.ra2_in1k", size=288, paper=_V2
    ),
    "efficientnet2_rw_t_ra2_imagenet": timm(
        "efficientnet", "efficientnetv2_rw_t.ra2_in1k", paper=_V2
    ),
    **{
        f"hgnetv2_{size}_{tag}": timm("hgnetv2", f"hgnetv2_{size}.{tag}", classifier=_DEFAULT)
        for size, tag in (
            ("b4", "ssld_stage2_ft_in1k"),
            ("b5", "ssld_stage1_in22k_in1k"),
            ("b5", "ssld_stage2_ft_in1k"),
            ("b6", "ssld_stage1_in22k_in1k"),
            ("b6", "ssld_stage2_ft_in1k"),
        )
    },
    **{
        f"mit_{size}_{name}_{pixels}": mit(size, data, pixels)
        for size in ("b0", "b1", "b2", "b3", "b4", "b5")
        for name, data, pixels in (
            ("ade20k", "ade", 640 if size == "b5" else 512),
            ("cityscapes", "cityscapes", 1024),
        )
    },
    "mobilenet_v3_small_050_imagenet": timm(
        "mobilenet", "mobilenetv3_small_050.lamb_in1k", classifier=_DEFAULT
    ),
    "mobilenet_v3_small_100_imagenet": timm(
        "mobilenet", "mobilenetv3_small_100.lamb_in1k", classifier=_DEFAULT
    ),
    "mobilenet_v3_large_100_imagenet": timm(
        "mobilenet", "mobilenetv3_large_100.ra_in1k", classifier={"num_features": 1280}
    ),
    "mobilenet_v3_large_100_imagenet_21k": timm(
        "mobilenet",
        "mobilenetv3_large_100.miil_in21k_ft_in1k",
        normalisation=NONE,
        classifier={"num_features": 1280},
    ),
    "mobilenetv5_300m_enc_gemma3n": timm(
        "mobilenetv5",
        "mobilenetv5_300m.gemma3n",
        size=768,
        normalisation=NONE,
        num_classes=None,
        licence="Gemma Terms of Use",
    ),
    "resnet_18_imagenet": timm("resnet", "resnet18.a1_in1k"),
    "resnet_50_imagenet": timm("resnet", "resnet50.a1_in1k"),
    "resnet_101_imagenet": timm("resnet", "resnet101.a1_in1k"),
    "resnet_152_imagenet": timm("resnet", "resnet152.a1_in1k"),
    "resnet_v2_50_imagenet": timm(
        "resnet", "resnetv2_50.a1h_in1k", normalisation=HALF, paper="arXiv:1603.05027"
    ),
    "resnet_v2_101_imagenet": timm(
        "resnet", "resnetv2_101.a1h_in1k", normalisation=HALF, paper="arXiv:1603.05027"
    ),
    "resnet_vd_18_imagenet": resnet_vd("ResNet18_vd", [2, 2, 2, 2], basic=True),
    "resnet_vd_34_imagenet": resnet_vd("ResNet34_vd", [3, 4, 6, 3], basic=True),
    "resnet_vd_50_imagenet": resnet_vd("ResNet50_vd", [3, 4, 6, 3]),
    "resnet_vd_50_ssld_imagenet": resnet_vd("ResNet50_vd_ssld", [3, 4, 6, 3]),
    "resnet_vd_50_ssld_v2_imagenet": resnet_vd("ResNet50_vd_ssld_v2", [3, 4, 6, 3]),
    "resnet_vd_50_ssld_v2_fix_imagenet": resnet_vd("Fix_ResNet50_vd_ssld_v2", [3, 4, 6, 3]),
    "resnet_vd_101_imagenet": resnet_vd("ResNet101_vd", [3, 4, 23, 3]),
    "resnet_vd_101_ssld_imagenet": resnet_vd("ResNet101_vd_ssld", [3, 4, 23, 3]),
    "resnet_vd_152_imagenet": resnet_vd("ResNet152_vd", [3, 8, 36, 3]),
    "resnet_vd_200_imagenet": resnet_vd("ResNet200_vd", [3, 12, 48, 3]),
    "swin_tiny_patch4_window7_224": swin("tiny", 96, 6),
    "swin_small_patch4_window7_224": swin("small", 96, 18),
    "swin_base_patch4_window7_224": swin("base", 128, 18),
    "swin_base_patch4_window12_384": swin("base", 128, 18, 12, 384),
    "swin_large_patch4_window7_224": swin("large", 192, 18),
    "swin_large_patch4_window12_384": swin("large", 192, 18, 12, 384),
    **{
        f"vgg_{depth}_imagenet": timm(
            "vgg", f"vgg{depth}.tv_in1k", classifier=_DEFAULT, licence="BSD-3-Clause"
        )
        for depth in (11, 13, 16, 19)
    },
    **{
        f"vit_{size}_patch{patch}_{pixels}_imagenet": vit(size, patch, pixels, head=True)
        for size in ("base", "large")
        for patch, pixels in ((16, 224), (16, 384), (32, 384))
    },
    **{
        f"vit_{size}_patch{patch}_224_imagenet21k": vit(size, patch, 224, head=False)
        for size, patch in (("base", 16), ("base", 32), ("huge", 14), ("large", 16), ("large", 32))
    },
    "xception_41_imagenet": Source(
        architecture="xception",
        origin="keras.applications.Xception",
        size=299,
        normalisation=HALF,
        arguments={
            "stackwise_conv_filters": [
                *[[32, 64], [128, 128], [256, 256], [728, 728]],
                *8 * [[728, 728, 728]],
                *[[728, 1024], [1536, 2048]],
            ],
            "stackwise_pooling": [False, True, True, True, *8 * [False], True, False],
        },
        licence="MIT",
    ),
}
