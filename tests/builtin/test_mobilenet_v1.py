"""MobileNet-v1 against the numbers of the paper and of ``keras.applications``."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.builtin.mobilenet_v1.mini import mobilenet_v1_mini
from modelzoo.builtin.mobilenet_v1.model import mobilenet_v1
from modelzoo.layers import count_mult_adds

CLASSES = 1000
SIZES = (224, 192, 160, 128)
# Computed from the architecture of Howard et al. 2017, arXiv:1704.04861, Table 1, with batch norm
# and a head of 1000 classes: parameters, those not trained, those without head, and the millions
# of multiply-adds at 224, 192, 160 and 128 pixels.
EXACT = {
    "100": (1.0, 4253864, 21888, 3228864, (568.74, 418.12, 290.68, 186.40)),
    "075": (0.75, 2601976, 16416, 1832976, (325.40, 239.27, 166.40, 106.77)),
    "050": (0.5, 1342536, 10944, 829536, (149.50, 109.97, 76.52, 49.16)),
    "025": (0.25, 475544, 5472, 218544, (41.03, 30.21, 21.06, 13.57)),
}
PAIRS = [(width, size) for width in EXACT for size in SIZES]


def head(features):
    """Parameters and multiply-adds of a dense layer to 1000 classes."""
    return features * CLASSES + CLASSES, features * CLASSES


@pytest.mark.parametrize(("width", "size"), PAIRS)
def test_a_spec_tells_the_exact_numbers_without_building(width, size):
    _, parameters, _, without_head, mult_adds = EXACT[width]
    spec = modelzoo.find("model", f"mobilenet_v1_{width}_{size}").spec
    head_parameters, head_mult_adds = head(spec.features)
    assert spec.parameters == without_head
    assert spec.parameters + head_parameters == parameters
    millions = (spec.mult_adds + head_mult_adds) / 1e6
    assert millions == pytest.approx(mult_adds[SIZES.index(size)], abs=0.005)


@pytest.mark.parametrize(("width", "size"), PAIRS)
def test_a_built_model_has_the_exact_numbers(width, size):
    _, parameters, non_trainable, _, mult_adds = EXACT[width]
    model = modelzoo.get(f"mobilenet_v1_{width}_{size}", task="multiclass")
    assert model.count_params() == parameters
    assert sum(int(np.prod(each.shape)) for each in model.non_trainable_weights) == non_trainable
    millions = count_mult_adds(model) / 1e6
    assert millions == pytest.approx(mult_adds[SIZES.index(size)], abs=0.005)


@pytest.mark.parametrize("width", EXACT)
def test_the_same_model_is_there_by_option(width):
    alpha, parameters = EXACT[width][:2]
    model = modelzoo.get("mobilenet_v1", task="multiclass", alpha=alpha, input_shape=(160, 160, 3))
    assert model.count_params() == parameters
    assert model.input_shape == (None, 160, 160, 3)


def declared():
    for name in modelzoo.list_models("*mobilenet_v1*", distribution="tf-modelzoo"):
        spec = modelzoo.find("model", name).spec
        for task in (None, *spec.task_defaults):
            yield pytest.param(spec.for_task(task), id=f"{name}-{task}")


@pytest.mark.parametrize("spec", list(declared()))
def test_every_spec_declares_what_the_backbone_has(spec):
    backbone = modelzoo.get(spec.name, input_shape=spec.input_shape, **spec.options)
    assert backbone.output_shape == (None, spec.features)
    assert backbone.count_params() == spec.parameters
    assert count_mult_adds(backbone) == spec.mult_adds


# Tables 4 and 5 of the paper: millions of parameters as printed.
@pytest.mark.parametrize(
    ("name", "millions", "digit"),
    [
        ("mobilenet_v1", 4.2, 0.1),
        ("conv_mobilenet_v1", 29.3, 0.1),
        ("mobilenet_v1_075_224", 2.6, 0.1),
        ("mobilenet_v1_shallow", 2.9, 0.1),
    ],
)
def test_parameters_agree_with_the_paper_within_its_last_digit(name, millions, digit):
    spec = modelzoo.find("model", name).spec
    assert (spec.parameters + head(spec.features)[0]) / 1e6 == pytest.approx(millions, abs=digit)


# The same tables: millions of multiply-adds. The paper counts the head here and not there, which
# is one million.
@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("mobilenet_v1", 569),
        ("conv_mobilenet_v1", 4866),
        ("mobilenet_v1_075_224", 325),
        ("mobilenet_v1_shallow", 307),
    ],
)
def test_mult_adds_agree_with_the_paper_with_or_without_the_head(name, millions):
    spec = modelzoo.find("model", name).spec
    counts = (spec.mult_adds, spec.mult_adds + head(spec.features)[1])
    assert millions in [round(count / 1e6) for count in counts]


@pytest.mark.parametrize(("alpha", "size"), [(1.0, 224), (0.75, 128), (0.3, 96), (0.25, 33)])
def test_layers_have_the_names_order_and_shapes_of_keras_applications(alpha, size):
    ours = mobilenet_v1((size, size, 3), alpha=alpha)
    theirs = keras.applications.MobileNet(
        (size, size, 3), alpha=alpha, include_top=False, pooling="avg", weights=None
    )

    def described(layers):
        return [
            (type(each).__name__, each.name, [tuple(weight.shape) for weight in each.weights])
            for each in layers
        ]

    # Theirs ends with the pooling, whose name Keras numbers; the input's name is numbered too.
    assert described(ours.layers[1:-2]) == described(theirs.layers[1:-1])
    assert [type(each).__name__ for each in ours.layers[-2:]] == [
        "GlobalAveragePooling2D",
        "Dropout",
    ]


def test_dropout_has_the_rate_of_keras_applications_unless_told_otherwise():
    assert mobilenet_v1((32, 32, 3), alpha=0.25).get_layer("dropout").rate == 1e-3
    model = modelzoo.get("mobilenet_v1", alpha=0.25, dropout=0.5, input_shape=(32, 32, 3))
    assert model.get_layer("backbone").get_layer("dropout").rate == 0.5


def test_the_shallow_network_lacks_the_five_equal_blocks():
    def convolutions(**options):
        layers = mobilenet_v1((32, 32, 3), **options).layers
        return [each for each in layers if isinstance(each, keras.layers.DepthwiseConv2D)]

    assert len(convolutions()) - len(convolutions(middle_blocks=0)) == 5


def test_the_baseline_has_no_depthwise_convolution():
    layers = mobilenet_v1((32, 32, 3), alpha=0.25, separable=False).layers
    assert not any(isinstance(each, keras.layers.DepthwiseConv2D) for each in layers)
    assert sum(isinstance(each, keras.layers.Conv2D) for each in layers) == 14


@pytest.mark.parametrize("shape", [(32, 32, 3), (33, 47, 1), (100, 64, 3)])
def test_any_size_from_32_pixels_gives_one_vector(shape):
    model = modelzoo.get("mobilenet_v1", alpha=0.25, input_shape=shape)
    assert model(np.zeros((2, *shape), np.uint8)).shape == (2, 256)


def test_images_are_scaled_to_minus_one_to_one():
    model = modelzoo.get("mobilenet_v1", alpha=0.25, input_shape=(32, 32, 3))
    rescale = model.get_layer("rescale")
    images = np.array([0, 255], np.uint8)
    np.testing.assert_allclose(rescale(images), [-1, 1], atol=1e-6)


def test_mini_is_the_seeds_network_for_binary():
    assert modelzoo.get("mobilenet_v1_mini", task="binary").count_params() == 804572


def test_mini_is_the_seeds_network_for_multiclass():
    model = modelzoo.get("mobilenet_v1_mini", task="multiclass")
    assert model.count_params() == 203891
    assert model.output_shape == (None, 10)


def test_mini_computes_what_the_seeds_notebook_wrote_down():
    layers = keras.layers
    notebook = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.SeparableConv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.SeparableConv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ours = modelzoo.get("mobilenet_v1_mini", task="multiclass")
    ours.set_weights(notebook.get_weights())
    images = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1), np.uint8)
    np.testing.assert_allclose(ours(images), notebook(images / np.float32(255)), atol=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_mini_builds_from_its_declared_smallest_size(padding):
    least = modelzoo.find("model", "mobilenet_v1_mini").spec.min_size
    assert mobilenet_v1_mini((least, least, 1), padding=padding).output_shape == (None, 128)


def test_the_smallest_size_of_mini_is_not_larger_than_needed():
    least = modelzoo.find("model", "mobilenet_v1_mini").spec.min_size
    with pytest.raises(ValueError, match="nothing is left of the images after 2 convolutions"):
        mobilenet_v1_mini((least - 1, least - 1, 1))


def test_building_needs_no_network():
    code = (
        "import socket\n"
        "def refuse(*arguments, **options): raise AssertionError('network')\n"
        "socket.socket.connect = socket.create_connection = refuse\n"
        "import modelzoo\n"
        "print(modelzoo.get('mobilenet_v1_050_160').count_params())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "829536", done.stderr
