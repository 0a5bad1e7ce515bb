"""What the plugin says of names, without a heavy library."""

import subprocess
import sys

import pytest
from modelzoo_tfds.plugin import modelzoo_families, modelzoo_resolve

import modelzoo


@pytest.mark.parametrize(
    ("name", "builder"),
    [
        ("tfds/mnist", "mnist"),
        ("tfds/mnist/3.0.1", "mnist:3.0.1"),
        ("tfds/imagenet_resized/32x32", "imagenet_resized/32x32"),
        ("tfds/imagenet_resized/32x32/0.1.0", "imagenet_resized/32x32:0.1.0"),
        ("tfds/cifar10_1/v4", "cifar10_1/v4"),
        ("tfds/coloured/blue-green", "coloured/blue-green"),
        ("tfds/set/1.0", "set/1.0"),
        ("tfds/set/1.0.0_a", "set/1.0.0_a"),
    ],
)
def test_names_are_those_of_the_folders(name, builder):
    spec = modelzoo_resolve("dataset", name)
    assert spec.name == name
    assert spec.options["builder"] == builder


def test_a_set_is_found_in_any_spelling():
    assert modelzoo.find("dataset", "tfds/Fashion-MNIST").spec.name == "tfds/fashion_mnist"


@pytest.mark.parametrize(
    "name",
    [
        "mnist",
        "tfds",
        "tfds/",
        "hf/mnist",
        "tfds/a/b/c",
        "tfds/a/1.0.0/b",
        "tfds/a:1.0.0",
        "tfds/a/_b",
    ],
)
def test_other_names_are_not_ours(name):
    assert modelzoo_resolve("dataset", name) is None


def test_other_kinds_are_not_ours():
    assert modelzoo_resolve("model", "tfds/mnist") is None


def test_what_only_the_data_say_is_left_open():
    spec = modelzoo_resolve("dataset", "tfds/mnist")
    assert (spec.num_classes, spec.classes, spec.input_shape, dict(spec.splits)) == (
        None, (), None, {},
    )  # fmt: skip


def test_the_families_examples_have_specs():
    for family in modelzoo_families():
        for example in family.examples:
            assert modelzoo.find("dataset", example).spec.name == example


COLD = """
import sys
import modelzoo
spec = modelzoo.find("dataset", "tfds/mnist").spec
families = [each.pattern for each in modelzoo.list_families()]
assert {"tfds/NAME", "tfds/NAME/CONFIG"} <= set(families), families
heavy = {"tensorflow", "tensorflow_datasets", "numpy", "keras"} & set(sys.modules)
print(sorted(heavy), spec.homepage)
"""


def test_names_are_answered_without_a_heavy_library():
    done = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True)
    assert done.stdout == "[] https://www.tensorflow.org/datasets/catalog/mnist\n", done.stderr


def test_info_and_listing_show_it():
    for arguments, shown in ((["info", "tfds/mnist"], "mnist of TensorFlow Datasets"),
                             (["list", "datasets"], "tfds/NAME")):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "modelzoo", *arguments], capture_output=True, text=True
        )
        assert shown in done.stdout, done.stderr


MISSING = """
import sys
sys.modules["tensorflow_datasets"] = None
import modelzoo
try:
    modelzoo.load_dataset("tfds/mnist")
except modelzoo.errors.MissingLibraryError as error:
    print(error)
"""


def test_without_the_library_the_command_that_installs_it_is_named():
    done = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, text=True)
    assert "pip install tensorflow-datasets" in done.stdout, done.stdout + done.stderr
