"""What the plugin registers: names, and numbers that are true."""

import subprocess
import sys

import pytest

import modelzoo
from modelzoo.layers import count_mult_adds

DISTRIBUTION = "modelzoo-mobilenets"
FAMILIES = (
    "mobilenet_v2",
    "mobilenet_v3_large",
    "mobilenet_v3_large_minimalistic",
    "mobilenet_v3_small",
    "mobilenet_v3_small_minimalistic",
)
# Of each network of v3: figure 5 of the paper.
V3 = (
    *("035_224", "050_224", "075_224", "125_224"),
    *(f"100_{size}" for size in (96, 128, 160, 192, 224, 256)),
)
NAMES = sorted(
    [
        *FAMILIES,
        *(
            f"mobilenet_v2_{width}_{size}"
            for width in ("035", "050", "075", "100", "130", "140")
            for size in (96, 128, 160, 192, 224)
        ),
        *(f"{family}_{variant}" for family in FAMILIES[1:] for variant in V3),
    ]
)
# One of each kind, small ones.
QUICK = {
    "mobilenet_v2",
    "mobilenet_v2_035_96",
    "mobilenet_v2_140_128",
    "mobilenet_v3_large_035_224",
    "mobilenet_v3_small_125_224",
    "mobilenet_v3_large_minimalistic_100_96",
    "mobilenet_v3_small_minimalistic",
}


def spec_of(name):
    return modelzoo.find("model", name).spec


def test_there_is_a_name_for_each_width_and_size_of_the_papers():
    assert sorted(modelzoo.list_models(distribution=DISTRIBUTION)) == NAMES


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in QUICK else pytest.mark.slow) for each in NAMES]
)
def test_what_a_spec_declares_is_what_is_built(name):
    spec = spec_of(name)
    backbone = modelzoo.get(name).get_layer("backbone")
    assert backbone.output_shape == (None, spec.features)
    assert backbone.count_params() == spec.parameters
    assert count_mult_adds(backbone) == spec.mult_adds
    assert backbone.input_shape == (None, *spec.input_shape)


@pytest.mark.parametrize("name", [each for each in NAMES if each not in FAMILIES])
def test_a_name_says_width_in_percent_and_size(name):
    spec = spec_of(name)
    *_, width, size = name.split("_")
    assert spec.options["alpha"] == int(width) / 100
    assert spec.input_shape == (int(size), int(size), 3)
    assert not spec.resizable


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_network_is_there_by_option(name):
    spec = spec_of(f"{name}_035_224")
    model = modelzoo.get(name, alpha=0.35, input_shape=(40, 32, 3))
    assert model.count_params() == spec.parameters
    assert spec_of(name).resizable


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression"])
def test_every_task_can_be_put_on_it(name, task):
    model = modelzoo.get(name, task=task, num_classes=2, alpha=0.35, input_shape=(32, 32, 3))
    assert model.get_layer("logits").input.shape == (None, spec_of(name).features)


def test_without_a_number_of_classes_there_are_those_of_imagenet():
    model = modelzoo.get("mobilenet_v3_small_035_224", task="multiclass")
    assert model.output_shape == (None, 1000)


def test_asking_for_names_imports_nothing_heavy():
    code = (
        "import sys, modelzoo\n"
        "assert 'mobilenet_v2_100_96' in modelzoo.list_models()\n"
        "print([each for each in ('keras', 'numpy', 'tensorflow') if each in sys.modules])\n"
    )
    environ = {"MODELZOO_STRICT_PLUGINS": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ)
    assert done.stdout.strip() == "[]", done.stderr
