"""Registers MobileNet-v1, its variants, the two small networks and their recipes."""

from __future__ import annotations

from typing import Any

from modelzoo.registry import ModelSpec, RecipeSpec, WeightsSpec, hookimpl

_PAPER = "arXiv:1704.04861"
_BUILDER = "modelzoo.builtin.mobilenet_v1.model:mobilenet_v1"
_PUBLISHED = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet"

# What follows from the architecture is written down, so that it is known before anything is
# built. Width multiplier: features, parameters without a head.
_WIDTHS = {
    1.0: (1024, 3_228_864),
    0.75: (768, 1_832_976),
    0.5: (512, 829_536),
    0.25: (256, 218_544),
}
# Width multiplier: multiply-adds without a head, by the side of the images in pixels.
_MULT_ADDS = {
    1.0: {224: 567_716_352, 192: 417_097_728, 160: 289_651_200, 128: 185_376_768},
    0.75: {224: 324_632_448, 192: 238_505_472, 160: 165_628_800, 128: 106_002_432},
    0.5: {224: 148_985_088, 192: 109_458_432, 160: 76_012_800, 128: 48_648_192},
    0.25: {224: 40_774_272, 192: 29_956_608, 160: 20_803_200, 128: 13_314_048},
}
# How the published files' names write the width multiplier.
_ALPHA_IN_FILE = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}

# Images of ImageNet's networks are scaled to -1..1.
_IMAGENET: dict[str, Any] = {
    "scale": 1 / 127.5,
    "offset": -1.0,
    "min_size": 32,
    "task_defaults": {"multiclass": {"num_classes": 1000}},
    "paper": _PAPER,
    "licence": "MIT",
}

_CATS_VS_DOGS_NETWORK: dict[str, Any] = {
    "input_shape": (64, 64, 3),
    "options": {"filters": (32, 32), "padding": "valid", "hidden_units": 128},
    "features": 128,
    "parameters": 804_443,
    "mult_adds": 2_379_020,
}
_FASHION_MNIST_NETWORK: dict[str, Any] = {
    "input_shape": (28, 28, 1),
    "options": {"filters": (32, 64), "padding": "same", "hidden_units": 64},
    "features": 64,
    "parameters": 203_241,
    "mult_adds": 690_704,
    "num_classes": 10,
}


@hookimpl
def modelzoo_models() -> list[ModelSpec]:
    """The paper's networks and the two small ones."""
    return [
        ModelSpec(
            name="mobilenet_v1_mini",
            summary="Two separable convolutions and a hidden layer; trains in minutes",
            builder="modelzoo.builtin.mobilenet_v1.mini:mobilenet_v1_mini",
            min_size=10,
            task_defaults={
                "binary": _CATS_VS_DOGS_NETWORK,
                "multiclass": _FASHION_MNIST_NETWORK,
            },
            tags=("small",),
            licence="MIT",
            **_CATS_VS_DOGS_NETWORK,
        ),
        ModelSpec(
            name="mobilenet_v1",
            summary="MobileNet-v1 of any width (alpha=) and input size",
            builder=_BUILDER,
            options={"alpha": 1.0, "dropout": 1e-3},
            features=1024,
            parameters=3_228_864,
            mult_adds=567_716_352,
            tags=("mobile",),
            weights=(
                _imagenet_weights("imagenet", 1.0, 224),
                *(
                    _imagenet_weights(f"imagenet_{_percent(alpha)}_{size}", alpha, size)
                    for alpha, sizes in _MULT_ADDS.items()
                    for size in sizes
                ),
            ),
            **_IMAGENET,
        ),
        ModelSpec(
            name="mobilenet_v1_shallow",
            summary="MobileNet-v1 without its five equal blocks (Table 5 of the paper)",
            builder=_BUILDER,
            options={"middle_blocks": 0},
            features=1024,
            parameters=1_874_624,
            mult_adds=306_299_392,
            tags=("mobile",),
            **_IMAGENET,
        ),
        ModelSpec(
            name="conv_mobilenet_v1",
            summary="MobileNet-v1 with full convolutions, the baseline of the paper's Table 4",
            builder=_BUILDER,
            options={"separable": False},
            features=1024,
            parameters=28_281_056,
            mult_adds=4_866_269_184,
            **_IMAGENET,
        ),
        *(_named_size(alpha, size) for alpha, sizes in _MULT_ADDS.items() for size in sizes),
    ]


def _named_size(alpha: float, size: int) -> ModelSpec:
    features, parameters = _WIDTHS[alpha]
    return ModelSpec(
        name=f"mobilenet_v1_{_percent(alpha)}_{size}",
        summary=f"MobileNet-v1 of width {alpha:g} for images of {size} x {size}",
        builder=_BUILDER,
        input_shape=(size, size, 3),
        resizable=False,
        options={"alpha": alpha},
        features=features,
        parameters=parameters,
        mult_adds=_MULT_ADDS[alpha][size],
        tags=("imagenet", "mobile"),
        weights=(_imagenet_weights("imagenet", alpha, size),),
        **_IMAGENET,
    )


def _percent(alpha: float) -> str:
    return f"{round(100 * alpha):03d}"


def _imagenet_weights(name: str, alpha: float, size: int) -> WeightsSpec:
    return WeightsSpec(
        name=name,
        converter="modelzoo.weights:load_keras_file",
        url=f"{_PUBLISHED}/mobilenet_{_ALPHA_IN_FILE[alpha]}_{size}_tf.h5",
        num_classes=1000,
        licence="Apache-2.0",
        summary=f"Trained on ImageNet by the paper's authors, width {alpha:g}, {size} x {size}",
    )


@hookimpl
def modelzoo_recipes() -> list[RecipeSpec]:
    """The two trainings that this zoo began with, to the letter."""
    return [
        RecipeSpec(
            name="fashion_mnist_seed",
            summary="Ten kinds of clothes, 28 x 28, 10 epochs",
            model="mobilenet_v1_mini",
            dataset="fashion_mnist",
            task="multiclass",
            input_shape=_FASHION_MNIST_NETWORK["input_shape"],
            options=_FASHION_MNIST_NETWORK["options"],
            config={
                "epochs": 10,
                "batch_size": 32,
                "optimizer": "adam",
                "learning_rate": 1e-3,
                "validation": 0.0,  # all 60,000 training images are trained on
            },
            results={"test_accuracy": 0.8999, "test_loss": 0.2968},
            source="MobileNet v1 (TensorFlow) model zoo, notebook of 2020",
            paper=_PAPER,
        ),
        RecipeSpec(
            name="cats_vs_dogs_seed",
            summary="Cats or dogs, 64 x 64, augmented, 25 epochs",
            model="mobilenet_v1_mini",
            dataset="cats_vs_dogs",
            task="binary",
            input_shape=_CATS_VS_DOGS_NETWORK["input_shape"],
            options=_CATS_VS_DOGS_NETWORK["options"],
            config={
                "epochs": 25,
                "batch_size": 32,
                "optimizer": "adam",
                "learning_rate": 1e-3,
                # Keras's ImageDataGenerator took shear_range=0.2, which is in degrees.
                "augment": {"horizontal_flip": True, "zoom": 0.2, "shear": 0.2},
                "validation": 0.0,  # all 8,000 training images are trained on
            },
            results={"test_accuracy": 0.787, "test_loss": 0.461},
            source="MobileNet v1 (TensorFlow) model zoo, notebook of 2020",
            paper=_PAPER,
        ),
    ]
