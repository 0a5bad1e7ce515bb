"""get(): every registered model with every task, and what bad requests get."""

import subprocess
import sys
import types

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.compose import build_model, make_task
from modelzoo.errors import IncompatibleError, OptionError, UnknownNameError
from modelzoo.registry import ModelSpec, PluginHost, hookimpl, queries

TASKS = ("binary", "multiclass", "multilabel", "regression")
# The named sizes are one builder with sixteen sets of options: the cheapest stands for them all
# where time is short.
MODELS = [
    pytest.param(
        name,
        marks=[pytest.mark.slow]
        if "imagenet" in modelzoo.find("model", name).spec.tags and name != "mobilenet_v1_025_128"
        else [],
    )
    for name in modelzoo.list_models(distribution="tf-modelzoo")
]


def images(model, n=2):
    shape = model.input_shape[1:]
    return np.random.default_rng(0).integers(0, 256, (n, *shape), np.uint8)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_there_bare(name):
    spec = modelzoo.find("model", name).spec
    model = modelzoo.get(name)
    assert model.input_shape == (None, *spec.input_shape)
    assert model.input.dtype == "uint8"
    assert model.output_shape == (None, spec.features)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("task", TASKS)
def test_every_model_does_every_task(name, task):
    classes = 2 if task == "binary" else 5
    model = modelzoo.get(name, task=task, num_classes=classes)
    assert [layer.name for layer in model.layers] == [
        "images",
        "rescale",
        "backbone",
        "logits",
        "probabilities",
    ]
    assert model.output_shape == (None, 1 if task == "binary" else classes)


@pytest.mark.parametrize(
    ("name", "task", "width"),
    [
        ("mobilenet_v1_mini", "binary", 1),
        ("mobilenet_v1_mini", "multiclass", 10),
        ("mobilenet_v1_mini", "regression", 1),
        ("mobilenet_v1_025_128", "binary", 1),
        ("mobilenet_v1_025_128", "multiclass", 1000),
        ("mobilenet_v1_025_128", "regression", 1),
    ],
)
def test_the_number_of_classes_has_a_default_that_suits_the_task(name, task, width):
    assert modelzoo.get(name, task=task).output_shape == (None, width)


def test_probabilities_are_the_softmax_of_the_logits():
    model = modelzoo.get("mobilenet_v1_mini", task="multiclass")
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    x = images(model)
    exponentials = np.exp(np.asarray(logits(x), np.float64))
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model(x), expected, atol=1e-6)


@pytest.mark.parametrize("task", ["binary", "multilabel"])
def test_probabilities_are_the_sigmoid_of_the_logits(task):
    model = modelzoo.get("mobilenet_v1_mini", task=task)
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    x = images(model)
    expected = 1 / (1 + np.exp(-np.asarray(logits(x), np.float64)))
    np.testing.assert_allclose(model(x), expected, atol=1e-6)


def test_values_are_the_logits_themselves():
    model = modelzoo.get("mobilenet_v1_mini", task="regression", num_classes=3)
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    x = images(model)
    np.testing.assert_array_equal(model(x), logits(x))


def test_images_of_bytes_and_scaled_floats_agree():
    model = modelzoo.get("mobilenet_v1_mini")
    x = images(model)
    expected = model.get_layer("backbone")(x.astype(np.float32) / 255)
    np.testing.assert_allclose(model(x), expected, atol=1e-5)


def maps(input_shape):
    """A backbone that gives maps, not a vector."""
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, keras.layers.Conv2D(4, 3)(inputs))


def broken(input_shape, depth=1):
    """A backbone that can't be built."""
    raise ValueError(f"depth {depth} is not possible")


def greedy(input_shape, **options):
    """A backbone that takes any option."""
    return maps(input_shape)


SPECS = {
    builder.__name__: ModelSpec(
        name=builder.__name__,
        summary="For this test",
        builder=f"modelzoo_test_backbones:{builder.__name__}",
        input_shape=(16, 16, 3),
        channels=(3,),
        tasks=("binary",),
    )
    for builder in (maps, broken, greedy)
}


@pytest.fixture
def more_models(monkeypatch):
    """The registry with another plugin: models for one task, with the builders above."""
    module = types.ModuleType("modelzoo_test_backbones")
    module.__dict__.update(maps=maps, broken=broken, greedy=greedy)
    module.modelzoo_models = hookimpl(lambda: list(SPECS.values()))
    module.modelzoo_models.__name__ = "modelzoo_models"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    host = PluginHost(
        builtins={"tasks": "modelzoo.builtin.tasks.plugin", "more": module.__name__},
        installed=(),
    )
    monkeypatch.setattr(queries, "default_host", lambda: host)


def test_maps_are_pooled_before_the_head(more_models):
    model = modelzoo.get("maps", task="binary")
    assert model.get_layer("pool").output.shape == (None, 4)
    assert modelzoo.get("maps").output_shape == (None, 14, 14, 4)


def test_a_builder_that_takes_any_option_gets_it(more_models):
    assert modelzoo.get("greedy", whatever=1).output_shape == (None, 14, 14, 4)


def test_two_builds_share_no_weights():
    first, second = (modelzoo.get("mobilenet_v1_mini") for _ in range(2))
    assert not {id(each) for each in first.variables} & {id(each) for each in second.variables}


def raised(error, call):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    return str(caught.value)


def test_an_unknown_model_gets_close_matches():
    message = raised(UnknownNameError, lambda: modelzoo.get("mobilnet_v1_mini"))
    assert "'mobilnet_v1_mini'" in message
    assert "mobilenet_v1_mini" in message.replace("mobilnet_v1_mini", "")


def test_an_unknown_task_gets_close_matches():
    message = raised(UnknownNameError, lambda: modelzoo.get("mobilenet_v1_mini", task="binery"))
    assert "'binery'" in message
    assert "binary" in message


def test_a_task_that_the_model_does_not_do_is_refused(more_models):
    assert raised(IncompatibleError, lambda: modelzoo.get("maps", task="regression")) == (
        "Model 'maps' does not do task 'regression'. It can do: binary."
    )


@pytest.mark.parametrize(
    ("task", "classes", "message"),
    [
        ("multiclass", 0, "has 0 classes, but task 'multiclass' takes 2 or more."),
        ("multiclass", 1, "has 1 classes, but task 'multiclass' takes 2 or more."),
        ("multiclass", -1, "has -1 classes, but task 'multiclass' takes 2 or more."),
        ("binary", 3, "has 3 classes, but task 'binary' takes 2."),
        ("multilabel", 0, "has 0 classes, but task 'multilabel' takes 1 or more."),
        ("regression", 0, "has 0 classes, but task 'regression' takes 1 or more."),
    ],
)
def test_a_number_of_classes_that_makes_no_sense_is_refused(task, classes, message):
    got = raised(
        IncompatibleError,
        lambda: modelzoo.get("mobilenet_v1_mini", task=task, num_classes=classes),
    )
    assert got == (
        f"The head that is asked for {message} "
        "Choose another task: `modelzoo list tasks` shows them."
    )


@pytest.mark.parametrize("classes", ["ten", 2.5, True])
def test_a_number_of_classes_that_is_no_whole_number_is_refused(classes):
    got = raised(
        IncompatibleError,
        lambda: modelzoo.get("mobilenet_v1_mini", task="multiclass", num_classes=classes),
    )
    assert got == f"num_classes is {classes!r}, expected a whole number."


@pytest.mark.parametrize("whole", [np.int64, np.uint8])
def test_a_number_of_classes_may_be_numpys(whole):
    task = make_task(modelzoo.find("task", "multiclass").spec, whole(4))
    assert type(task.num_classes) is int
    assert task.num_classes == 4


def test_classes_without_a_task_are_refused():
    got = raised(IncompatibleError, lambda: modelzoo.get("mobilenet_v1_mini", num_classes=3))
    assert got == (
        "num_classes=3 was given without a task, but a bare backbone has no classes. "
        "Name a task, for example get('mobilenet_v1_mini', task='multiclass', ...)."
    )


@pytest.mark.parametrize("task", [None, "binary"])
@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        (
            "mobilenet_v1",
            (31, 64, 3),
            "Model 'mobilenet_v1' needs images of at least 32 x 32 pixels, not 31 x 64.",
        ),
        (
            "mobilenet_v1_mini",
            (64, 9, 3),
            "Model 'mobilenet_v1_mini' needs images of at least 10 x 10 pixels, not 64 x 9.",
        ),
        (
            "mobilenet_v1_mini",
            (64, 64, 4),
            "Model 'mobilenet_v1_mini' takes images with 1 or 3 channels, not 4.",
        ),
        *(
            (
                "mobilenet_v1_mini",
                shape,
                f"Input shape {shape!r} is not (height, width, channels) in positive integers.",
            )
            for shape in [(64, 64), (64, 64, 0), (-64, 64, 3), (64.0, 64, 3), ("64", "64", "3")]
        ),
    ],
)
def test_an_input_shape_that_does_not_fit_is_refused(name, shape, message, task):
    got = raised(IncompatibleError, lambda: modelzoo.get(name, task=task, input_shape=shape))
    assert got == message


def test_a_size_in_place_of_a_shape_is_refused():
    got = raised(IncompatibleError, lambda: modelzoo.get("mobilenet_v1", input_shape=160))
    assert got == "Input shape (160,) is not (height, width, channels) in positive integers."


@pytest.mark.parametrize(
    "request_",
    [
        "'mobilenet_v1_mini', task='multiclass', num_classes=1",
        "'mobilenet_v1', task='binary', input_shape=(8, 8, 3)",
        "'mobilenet_v1', input_shape=(8, 8, 3)",
        "'mobilenet_v2'",
    ],
)
def test_what_does_not_fit_is_refused_before_tensorflow_is_imported(request_):
    code = (
        "import sys, modelzoo\n"
        f"try: modelzoo.get({request_})\n"
        "except modelzoo.errors.ModelZooError: print('refused')\n"
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["refused", "[]"], done.stderr


def test_an_unknown_option_is_refused_with_those_that_there_are():
    got = raised(OptionError, lambda: modelzoo.get("mobilenet_v1", width=0.5))
    assert got == (
        "Model 'mobilenet_v1' has no option 'width'. "
        "Its options are: alpha, middle_blocks, separable, dropout."
    )


@pytest.mark.parametrize(
    ("name", "option", "value", "message"),
    [
        ("mobilenet_v1", "alpha", 0, "alpha is 0, expected a number of at least 1/32"),
        ("mobilenet_v1", "alpha", -1.0, "alpha is -1.0, expected a number of at least 1/32"),
        ("mobilenet_v1", "alpha", 0.03, "alpha is 0.03, expected a number of at least 1/32"),
        ("mobilenet_v1", "alpha", "wide", "alpha is 'wide', expected a number"),
        ("mobilenet_v1", "alpha", float("nan"), "alpha is nan, expected a number"),
        ("mobilenet_v1", "alpha", float("inf"), "alpha is inf, expected a number"),
        ("mobilenet_v1", "alpha", True, "alpha is True, expected a number"),
        ("mobilenet_v1", "separable", "no", "separable is 'no', expected True or False"),
        ("mobilenet_v1", "dropout", False, "dropout is False, expected a number"),
        ("mobilenet_v1", "dropout", 1.0, "dropout is 1.0, expected a number from 0 to below 1"),
        ("mobilenet_v1", "dropout", -0.1, "dropout is -0.1, expected"),
        ("mobilenet_v1", "dropout", "no", "dropout is 'no', expected"),
        ("mobilenet_v1", "middle_blocks", -1, "middle_blocks is -1, expected a whole number"),
        ("mobilenet_v1", "middle_blocks", 2.5, "middle_blocks is 2.5, expected a whole number"),
        ("mobilenet_v1_mini", "filters", 32, "filters is 32, expected positive integers"),
        ("mobilenet_v1_mini", "filters", (), "filters is (), expected positive integers"),
        ("mobilenet_v1_mini", "filters", (8, 0), "filters is (8, 0), expected positive"),
        ("mobilenet_v1_mini", "filters", (8,) * 6, "nothing is left of the images after 6"),
        ("mobilenet_v1_mini", "padding", "full", "padding is 'full', expected 'valid' or 'same'"),
        ("mobilenet_v1_mini", "hidden_units", 0, "hidden_units is 0, expected a whole number"),
    ],
)
def test_an_option_out_of_its_range_is_refused(name, option, value, message):
    got = raised(OptionError, lambda: modelzoo.get(name, **{option: value}))
    assert got.startswith(f"Model {name!r} can't be built for images ")
    assert f"{option}={value!r}" in got
    assert message in got


def test_a_builder_that_fails_says_with_which_options(more_models):
    assert raised(OptionError, lambda: modelzoo.get("broken", depth=9)) == (
        "Model 'broken' can't be built for images (16, 16, 3) with depth=9: depth 9 is not possible"
    )


def test_build_model_takes_a_task_object():
    spec = modelzoo.find("model", "mobilenet_v1_mini").spec
    task = make_task(modelzoo.find("task", "multiclass").spec, 7)
    assert build_model(spec, task, input_shape=(20, 30, 1)).output_shape == (None, 7)
