"""Backbones against the networks of ``keras.applications`` that they are made of."""

import re
from math import inf, nan

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.errors import OptionError
from modelzoo.layers import BatchNormalization


def of_keras(network, **settings):
    settings = {"input_shape": network.least_shape, **settings}
    return network.function(weights=None, classes=3, **settings)


def of_zoo(network, **settings):
    settings = {"input_shape": network.least_shape, **settings}
    model = modelzoo.get(network.name, **settings)
    return model, model.get_layer("backbone")


def with_weights(model):
    return [
        (each.name, [(weight.name, tuple(weight.shape)) for weight in each.weights])
        for each in model.layers
        if each.weights
    ]


def without_numbers(described):
    """Names as they are, those aside that Keras makes of a count of the process."""
    counted = ("conv2d", "batch_normalization", "layer_normalization", "normalization", "variable")

    def plain(name):
        return next((each for each in counted if re.fullmatch(rf"{each}(_\d+)?", name)), name)

    return [
        (plain(layer), [(plain(weight), shape) for weight, shape in weights])
        for layer, weights in described
    ]


def test_layers_have_the_names_order_and_shapes_of_keras(network):
    theirs = without_numbers(with_weights(of_keras(network)))
    _, backbone = of_zoo(network)
    assert without_numbers(with_weights(backbone)) == theirs[:-1]


def test_every_batch_norm_is_a_faster_one_with_the_settings_of_keras(network):
    theirs, (_, ours) = of_keras(network), of_zoo(network)
    stock = [
        each
        for each in theirs._flatten_layers()
        if isinstance(each, keras.layers.BatchNormalization)
    ]
    faster = [each for each in ours._flatten_layers() if type(each) is BatchNormalization]
    assert len(faster) == len(stock)
    settings = ("axis", "epsilon", "momentum", "center", "scale")
    for one, other in zip(faster, stock, strict=True):
        assert [getattr(one, each) for each in settings] == [
            getattr(other, each) for each in settings
        ]


def reaches_the_network(model, images):
    """What the first layer with a kernel is given; ConvNeXt has it in a model of its own."""
    first = next(
        each
        for each in model.layers
        if each.weights and isinstance(each, keras.layers.Conv2D | keras.Sequential)
    )
    return np.asarray(keras.Model(model.inputs[0], first.input)(images))


def test_images_reach_the_network_as_in_keras(network):
    images = network.images(shape=network.least_shape)
    theirs = of_keras(network)
    if network.module is keras.applications.efficientnet:
        # Without its weights, Keras's network does not know the colours of ImageNet.
        expected = keras.applications.imagenet_utils.preprocess_input(
            images.astype(np.float32), mode="torch"
        )
        expected = theirs.get_layer("stem_conv_pad")(expected)
    else:
        expected = reaches_the_network(theirs, network.preprocessed(images))
    model, backbone = of_zoo(network)
    found = reaches_the_network(backbone, model.get_layer("rescale")(images))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_parameters_and_classifier_are_as_many_as_in_keras(network):
    spec = network.spec
    whole = network.function(weights=None, input_shape=spec.input_shape).count_params()
    assert spec.parameters + 1000 * spec.features + 1000 == whole


def test_default_images_have_the_size_of_keras(network):
    shape = network.function(weights=None, classes=1).input_shape[1:]
    assert shape in (network.spec.input_shape, (None, None, 3))  # MobileNet-v3 takes any


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("keras_mobilenet", {"alpha": 0.25}),
        ("keras_mobilenet", {"depth_multiplier": 2}),
        ("keras_mobilenet_v2", {"alpha": 0.35}),
        ("keras_mobilenet_v3_small", {"alpha": 0.75}),
        ("keras_mobilenet_v3_large", {"minimalistic": True}),
    ],
)
def test_an_option_is_that_of_keras(name, options):
    function = {
        "keras_mobilenet": keras.applications.MobileNet,
        "keras_mobilenet_v2": keras.applications.MobileNetV2,
        "keras_mobilenet_v3_small": keras.applications.MobileNetV3Small,
        "keras_mobilenet_v3_large": keras.applications.MobileNetV3Large,
    }[name]
    theirs = function(input_shape=(32, 32, 3), weights=None, classes=3, **options)
    ours = modelzoo.get(name, task="multiclass", num_classes=3, input_shape=(32, 32, 3), **options)
    flat = [tuple(shape for shape in each.shape if shape != 1) for each in ours.weights]
    assert flat == [tuple(shape for shape in each.shape if shape != 1) for each in theirs.weights]


@pytest.mark.parametrize(
    ("name", "options", "rate"),
    [
        ("keras_mobilenet", {"dropout": 0.4}, 0.4),
        ("keras_mobilenet_v3_small", {"dropout_rate": 0.4}, 0.4),
        ("keras_efficientnet_b0", {}, 0.2),
    ],
)
def test_features_are_dropped_as_before_the_classifier_of_keras(name, options, rate):
    model = modelzoo.get(name, input_shape=(32, 32, 3), **options)
    last = [
        each
        for each in model.get_layer("backbone").layers
        if isinstance(each, keras.layers.Dropout)
    ][-1]
    assert last.rate == rate


@pytest.mark.parametrize("name", ["keras_vgg16", "keras_vgg19"])
def test_a_vgg_without_its_dense_layers_gives_averages_of_the_maps(name):
    model = modelzoo.get(name, input_shape=(64, 32, 3), fully_connected=False)
    backbone = model.get_layer("backbone")
    maps = keras.Model(backbone.inputs[0], backbone.get_layer("block5_pool").output)
    images = np.random.default_rng(0).normal(size=(2, 64, 32, 3)).astype(np.float32)
    expected = np.asarray(maps(images)).mean(axis=(1, 2))
    assert backbone.output_shape == (None, 512)
    np.testing.assert_allclose(backbone(images), expected, rtol=1e-5, atol=1e-6)


def test_an_option_of_another_network_is_refused():
    with pytest.raises(OptionError, match="has no option 'alpha'"):
        modelzoo.get("keras_resnet50", input_shape=(32, 32, 3), alpha=0.5)


WIDTH = "a number above 0, such as 0.5"
SHARE = "a number from 0 to below 1"
COUNT = "a whole number from 1 up"
FLAG = "True or False"


@pytest.mark.parametrize(
    ("name", "option", "value", "expected"),
    [
        (name, option, value, expected)
        for name, option, expected, values in [
            (
                "keras_mobilenet",
                "alpha",
                "a number of at least 1/32, such as 0.5",
                (0.03, -1, True, inf),
            ),
            ("keras_mobilenet_v2", "alpha", WIDTH, (0, -1, True, "1", None, nan, inf)),
            ("keras_mobilenet_v3_small", "alpha", WIDTH, (0, -1, True, "1", None, nan, inf)),
            ("keras_mobilenet_v3_large", "alpha", WIDTH, (-1,)),
            ("keras_mobilenet", "depth_multiplier", COUNT, (0, -1, True, 1.5, "2", None)),
            ("keras_mobilenet", "dropout", SHARE, (1.0, -0.1, True, "0.1", None, nan)),
            ("keras_mobilenet_v3_small", "dropout_rate", SHARE, (1.0, -0.1, False, "0.1", None)),
            ("keras_mobilenet_v3_large", "dropout_rate", SHARE, (1.0,)),
            ("keras_mobilenet_v3_small", "minimalistic", FLAG, ("no", 0, None)),
            ("keras_mobilenet_v3_large", "minimalistic", FLAG, ("no",)),
            ("keras_vgg16", "fully_connected", FLAG, ("no", 0, None)),
            ("keras_vgg19", "fully_connected", FLAG, ("no",)),
        ]
        for value in values
    ],
)
def test_an_option_out_of_its_range_is_refused(name, option, value, expected):
    with pytest.raises(OptionError) as raised:
        modelzoo.get(name, input_shape=(32, 32, 3), **{option: value})
    assert str(raised.value).endswith(f": {option} is {value!r}, expected {expected}")


def test_the_narrowest_mobilenet_begins_with_one_channel():
    model = modelzoo.get("keras_mobilenet", input_shape=(32, 32, 3), alpha=1 / 32)
    assert model.get_layer("backbone").get_layer("conv1").filters == 1
