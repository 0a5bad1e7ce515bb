"""KerasHub's image architectures: which classes they are, and what becomes their features.

Nothing is imported here but the standard library, so that names can be resolved at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["ARCHITECTURES", "Architecture", "Features"]

Features = Literal["map", "last_stage", "class_token", "mean_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A backbone class of KerasHub whose outputs are features for classification.

    Attributes:
        name: What it is called in ``keras_hub/NAME``.
        summary: One line.
        backbone: The name of its class in ``keras_hub.models``.
        classifier: The name of the library's classifier for it; empty where there is none.
        features: What of the backbone's output is the features: the ``"map"`` that it is, the map
            of its ``"last_stage"``, the ``"class_token"``, or the mean of all tokens.
        plain: Arguments of the classifier under which its dense layer sees just these features,
            averaged over positions; ``None`` where it has more layers before its dense one.
        default: The preset whose constructor arguments are the defaults; empty: ``arguments``.
        arguments: The defaults of the constructor's arguments where no preset has them.
        shape_argument: Which argument of the constructor is the shape of the images.
        fixed_size: Whether trained weights are for one size of images, because positions have
            weights of their own.
        min_size: The smallest height and width that the defaults can be built for, in pixels.
        size: Height and width of the images unless a user or the data say otherwise.
        classifier_min_size: The same with the layers of the classifier, where that is another.
        resizable: Whether images of any height and width from there on can be used.
        channels: The numbers of channels that it can be built for.
        whole_windows: Whether the last of its maps has to be as large as a window of attention.
        paper: Where it was published.
        expected_failures: For the name of a conformance check that it can't pass, the reason.
    """

    name: str
    summary: str
    backbone: str
    classifier: str = "ImageClassifier"
    features: Features = "map"
    plain: Mapping[str, Any] | None = None
    default: str = ""
    arguments: Mapping[str, Any] | None = None
    shape_argument: str = "image_shape"
    fixed_size: bool = False
    min_size: int = 32
    size: int = 224
    classifier_min_size: int = 0
    resizable: bool = True
    channels: tuple[int, ...] = (1, 3)
    whole_windows: bool = False
    paper: str = ""
    expected_failures: Mapping[str, str] = field(default_factory=dict)


_AVERAGED = {"pooling": "avg"}
_MASK_TOKEN = {"gradients": "the mask token is used only while DINO itself is trained"}

ARCHITECTURES: Mapping[str, Architecture] = {
    each.name: each
    for each in (
        Architecture(
            name="cspnet",
            summary="CSPNet: CSP-DarkNet, CSP-ResNet, CSP-ResNeXt and DarkNet-53",
            backbone="CSPNetBackbone",
            classifier="CSPNetImageClassifier",
            plain=_AVERAGED,
            default="csp_resnet_50_ra_imagenet",
            paper="arXiv:1911.11929",
        ),
        Architecture(
            name="deit",
            summary="DeiT: a vision transformer with a distillation token",
            backbone="DeiTBackbone",
            classifier="DeiTImageClassifier",
            features="class_token",
            plain={"pooling": "token"},
            default="deit_tiny_distilled_patch16_224_imagenet",
            fixed_size=True,
            min_size=16,
            resizable=False,
            paper="arXiv:2012.12877",
        ),
        Architecture(
            name="densenet",
            summary="DenseNet: each layer sees the outputs of all before it",
            backbone="DenseNetBackbone",
            classifier="DenseNetImageClassifier",
            plain=_AVERAGED,
            default="densenet_121_imagenet",
            paper="arXiv:1608.06993",
        ),
        Architecture(
            name="dinov2",
            summary="DINOv2: a vision transformer trained without labels",
            backbone="DINOV2Backbone",
            classifier="",
            features="class_token",
            default="dinov2_small",
            min_size=14,
            resizable=False,
            paper="arXiv:2304.07193",
            expected_failures=_MASK_TOKEN,
        ),
        Architecture(
            name="dinov3",
            summary="DINOv3: a vision transformer with rotary positions, trained without labels",
            backbone="DINOV3Backbone",
            classifier="",
            features="class_token",
            default="dinov3_vit_small_lvd1689m",
            min_size=16,
            resizable=False,
            paper="arXiv:2508.10104",
            expected_failures=_MASK_TOKEN,
        ),
        Architecture(
            name="efficientnet",
            summary="EfficientNet, EfficientNetV2, EfficientNet-Lite and EfficientNet-EdgeTPU",
            backbone="EfficientNetBackbone",
            classifier="EfficientNetImageClassifier",
            plain=_AVERAGED,
            default="efficientnet_lite0_ra_imagenet",
            shape_argument="input_shape",
            paper="arXiv:1905.11946",
        ),
        Architecture(
            name="hgnetv2",
            summary="HGNetV2: a convolutional network that is fast on GPUs",
            backbone="HGNetV2Backbone",
            classifier="HGNetV2ImageClassifier",
            features="last_stage",
            default="hgnetv2_b4_ssld_stage2_ft_in1k",
        ),
        Architecture(
            name="mit",
            summary="MiT: the hierarchical transformer that encodes images for SegFormer",
            backbone="MiTBackbone",
            classifier="MiTImageClassifier",
            plain=_AVERAGED,
            default="mit_b0_ade20k_512",
            min_size=64,
            resizable=False,
            paper="arXiv:2105.15203",
        ),
        Architecture(
            name="mobilenet",
            summary="MobileNetV3",
            backbone="MobileNetBackbone",
            classifier="MobileNetImageClassifier",
            default="mobilenet_v3_small_050_imagenet",
            paper="arXiv:1905.02244",
        ),
        Architecture(
            name="mobilenetv5",
            summary="MobileNetV5: the encoder of images of Gemma 3n",
            backbone="MobileNetV5Backbone",
            classifier="MobileNetV5ImageClassifier",
            default="mobilenetv5_300m_enc_gemma3n",
        ),
        Architecture(
            name="resnet",
            summary="ResNet, ResNetV2 and ResNet-vd",
            backbone="ResNetBackbone",
            classifier="ResNetImageClassifier",
            plain=_AVERAGED,
            default="resnet_18_imagenet",
            paper="arXiv:1512.03385",
        ),
        Architecture(
            name="swin_transformer",
            summary="Swin Transformer: attention within windows that shift",
            backbone="SwinTransformerBackbone",
            classifier="SwinTransformerImageClassifier",
            features="mean_token",
            plain={},
            default="swin_tiny_patch4_window7_224",
            fixed_size=True,
            whole_windows=True,
            resizable=False,
            paper="arXiv:2103.14030",
        ),
        Architecture(
            name="vgg",
            summary="VGG: 3 x 3 convolutions, one after another",
            backbone="VGGBackbone",
            classifier="VGGImageClassifier",
            default="vgg_11_imagenet",
            classifier_min_size=224,  # the first of its layers covers a map of 7 x 7
            paper="arXiv:1409.1556",
        ),
        Architecture(
            name="vit",
            summary="ViT: a transformer on patches of the image",
            backbone="ViTBackbone",
            classifier="ViTImageClassifier",
            features="class_token",
            plain={"pooling": "token", "intermediate_dim": None},
            default="vit_base_patch32_224_imagenet21k",
            fixed_size=True,
            min_size=32,
            resizable=False,
            paper="arXiv:2010.11929",
        ),
        Architecture(
            name="vit_det",
            summary="ViTDet: a transformer with attention in windows, the encoder of images of SAM",
            backbone="ViTDetBackbone",
            classifier="ImageClassifier",
            plain=_AVERAGED,
            arguments={
                "hidden_size": 768,
                "num_layers": 12,
                "intermediate_dim": 3072,
                "num_heads": 12,
                "global_attention_layer_indices": [2, 5, 8, 11],
            },
            fixed_size=True,
            min_size=16,
            channels=(3,),
            resizable=False,
            paper="arXiv:2203.16527",
        ),
        Architecture(
            name="xception",
            summary="Xception: depthwise separable convolutions with residuals",
            backbone="XceptionBackbone",
            classifier="XceptionImageClassifier",
            plain=_AVERAGED,
            default="xception_41_imagenet",
            paper="arXiv:1610.02357",
        ),
    )
}
