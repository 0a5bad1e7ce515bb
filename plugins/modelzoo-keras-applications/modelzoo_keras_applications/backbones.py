"""The networks of ``keras.applications``, up to their classifiers, as backbones.

Each builder is named like the function of ``keras.applications`` that it calls, and has its
layers, with their names, up to the last one that has weights. So what Keras puts before its
classifier, such as the dropout of EfficientNet, the layer norm of ConvNeXt or the two dense layers
of VGG, is part of the backbone.

Preprocessing is the zoo's, by ``scale`` and ``offset`` of the spec, and left out here where Keras
has it in the network and lets it be left out. Two things remain: the networks whose weights come
from Caffe take images as BGR, which is done here; and those of EfficientNet begin with their own
preprocessing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from modelzoo.options import check_count, check_flag, check_share, check_width
from modelzoo_keras_applications.families import IMAGENET_DEVIATION, IMAGENET_MEAN

Builder = Callable[..., keras.Model]


def _network(architecture: str, input_shape: tuple[int, int, int], **settings: Any) -> keras.Model:
    build = getattr(keras.applications, architecture)
    return build(input_shape=input_shape, weights=None, classes=1, **settings)


def _up_to_classifier(network: keras.Model) -> keras.Model:
    classifier = [layer for layer in network.layers if layer.weights][-1]
    features = classifier.input
    if len(features.shape) == 4:  # the classifier is a 1 x 1 convolution
        features = keras.layers.Flatten(name="features")(features)
    return keras.Model(network.inputs[0], features)


def _plain(architecture: str, **settings: Any) -> Builder:
    def build(input_shape: tuple[int, int, int]) -> keras.Model:
        return _up_to_classifier(_network(architecture, input_shape, **settings))

    return build


def _bgr(architecture: str) -> Builder:
    def build(input_shape: tuple[int, int, int]) -> keras.Model:
        return _up_to_classifier(_network_of_bgr(architecture, input_shape))

    return build


def _network_of_bgr(
    architecture: str, input_shape: tuple[int, int, int], **settings: Any
) -> keras.Model:
    flipped = keras.ops.flip(keras.Input(input_shape), axis=-1)
    return _network(architecture, input_shape, input_tensor=flipped, **settings)


def _vgg(architecture: str) -> Builder:
    def build(input_shape: tuple[int, int, int], *, fully_connected: bool = True) -> keras.Model:
        check_flag("fully_connected", fully_connected)
        if fully_connected:
            return _up_to_classifier(_network_of_bgr(architecture, input_shape))
        network = _network_of_bgr(architecture, input_shape, include_top=False, pooling="avg")
        return keras.Model(network.inputs[0], network.outputs[0])

    return build


def _efficientnet(architecture: str) -> Builder:
    def build(input_shape: tuple[int, int, int]) -> keras.Model:
        network = _network(architecture, input_shape)
        # Keras leaves it to the weight file to say what the images are normalised by.
        [normalization] = [
            layer for layer in network.layers if isinstance(layer, keras.layers.Normalization)
        ]
        normalization.adapt_mean.assign(IMAGENET_MEAN)
        normalization.adapt_variance.assign([each**2 for each in IMAGENET_DEVIATION])
        normalization.finalize_state()
        return _up_to_classifier(network)

    return build


def MobileNet(  # noqa: N802 - Keras's name, as all of them
    input_shape: tuple[int, int, int],
    *,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
) -> keras.Model:
    """Build MobileNet-v1 up to its classifier.

    Args:
        input_shape: ``(height, width, 3)``, height and width of at least 32 pixels.
        alpha: Width: the share of the paper's channels that each layer has, 1/32 or more.
        depth_multiplier: Filters for each channel in the depthwise convolutions, 1 or more.
        dropout: Share of the features that is dropped in training, 0 to below 1.

    Returns:
        A model from float images ``(batch, height, width, 3)``, scaled to -1..1, to features
        ``(batch, int(1024 * alpha))``, 0 to 6.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> MobileNet((32, 32, 3), alpha=0.25).output_shape
        (None, 256)
    """
    check_width("alpha", alpha, narrowest=32)
    check_count("depth_multiplier", depth_multiplier)
    check_share("dropout", dropout)
    network = _network(
        "MobileNet",
        input_shape,
        alpha=alpha,
        depth_multiplier=depth_multiplier,
        dropout=dropout,
    )
    return _up_to_classifier(network)


def MobileNetV2(  # noqa: N802
    input_shape: tuple[int, int, int], *, alpha: float = 1.0
) -> keras.Model:
    """Build MobileNet-v2 up to its classifier.

    Args:
        input_shape: ``(height, width, 3)``, height and width of at least 32 pixels.
        alpha: Width, above 0: the share of the paper's channels that each layer has, about.

    Returns:
        A model from float images ``(batch, height, width, 3)``, scaled to -1..1, to features
        ``(batch, 1280)``, 0 to 6; more of them for an ``alpha`` above 1.

    Raises:
        ValueError: An option is out of its range.

    Example:
        >>> MobileNetV2((32, 32, 3), alpha=0.35).output_shape
        (None, 1280)
    """
    check_width("alpha", alpha)
    return _up_to_classifier(_network("MobileNetV2", input_shape, alpha=alpha))


def _mobilenet_v3(architecture: str) -> Builder:
    def build(
        input_shape: tuple[int, int, int],
        *,
        alpha: float = 1.0,
        minimalistic: bool = False,
        dropout_rate: float = 0.2,
    ) -> keras.Model:
        check_width("alpha", alpha)
        check_flag("minimalistic", minimalistic)
        check_share("dropout_rate", dropout_rate)
        network = _network(
            architecture,
            input_shape,
            alpha=alpha,
            minimalistic=minimalistic,
            dropout_rate=dropout_rate,
            include_preprocessing=False,
        )
        return _up_to_classifier(network)

    return build


Xception = _plain("Xception")
VGG16 = _vgg("VGG16")
VGG19 = _vgg("VGG19")
ResNet50 = _bgr("ResNet50")
ResNet101 = _bgr("ResNet101")
ResNet152 = _bgr("ResNet152")
ResNet50V2 = _plain("ResNet50V2")
ResNet101V2 = _plain("ResNet101V2")
ResNet152V2 = _plain("ResNet152V2")
InceptionV3 = _plain("InceptionV3")
InceptionResNetV2 = _plain("InceptionResNetV2")
MobileNetV3Small = _mobilenet_v3("MobileNetV3Small")
MobileNetV3Large = _mobilenet_v3("MobileNetV3Large")
DenseNet121 = _plain("DenseNet121")
DenseNet169 = _plain("DenseNet169")
DenseNet201 = _plain("DenseNet201")
NASNetMobile = _plain("NASNetMobile")
NASNetLarge = _plain("NASNetLarge")
EfficientNetB0 = _efficientnet("EfficientNetB0")
EfficientNetB1 = _efficientnet("EfficientNetB1")
EfficientNetB2 = _efficientnet("EfficientNetB2")
EfficientNetB3 = _efficientnet("EfficientNetB3")
EfficientNetB4 = _efficientnet("EfficientNetB4")
EfficientNetB5 = _efficientnet("EfficientNetB5")
EfficientNetB6 = _efficientnet("EfficientNetB6")
EfficientNetB7 = _efficientnet("EfficientNetB7")
EfficientNetV2B0 = _plain("EfficientNetV2B0", include_preprocessing=False)
EfficientNetV2B1 = _plain("EfficientNetV2B1", include_preprocessing=False)
EfficientNetV2B2 = _plain("EfficientNetV2B2", include_preprocessing=False)
EfficientNetV2B3 = _plain("EfficientNetV2B3", include_preprocessing=False)
EfficientNetV2S = _plain("EfficientNetV2S", include_preprocessing=False)
EfficientNetV2M = _plain("EfficientNetV2M", include_preprocessing=False)
EfficientNetV2L = _plain("EfficientNetV2L", include_preprocessing=False)
ConvNeXtTiny = _plain("ConvNeXtTiny", include_preprocessing=False)
ConvNeXtSmall = _plain("ConvNeXtSmall", include_preprocessing=False)
ConvNeXtBase = _plain("ConvNeXtBase", include_preprocessing=False)
ConvNeXtLarge = _plain("ConvNeXtLarge", include_preprocessing=False)
ConvNeXtXLarge = _plain("ConvNeXtXLarge", include_preprocessing=False)
