"""What the plugin registers, and that it costs next to nothing to ask."""

import subprocess
import sys

import keras
import pytest
from modelzoo_keras_applications.families import FAMILIES

import modelzoo

DISTRIBUTION = "modelzoo-keras-applications"
HEAVY = {"tensorflow", "keras", "numpy", "h5py"}


def functions_of_keras():
    return {name for name in dir(keras.applications) if name[0].isupper()}


def test_every_network_of_keras_applications_is_a_model():
    architectures = [each for family in FAMILIES for each, _ in family.members.values()]
    assert sorted(architectures) == sorted(functions_of_keras())
    assert len(modelzoo.list_models(distribution=DISTRIBUTION)) == len(architectures)


def test_names_say_where_the_models_come_from():
    names = modelzoo.list_models(distribution=DISTRIBUTION)
    assert names == modelzoo.list_models("keras_*")


def test_listing_imports_nothing_heavy():
    code = "import modelzoo; modelzoo.list_models('keras_*')"
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr[-2000:]
    imported = {line.rpartition("|")[2].strip() for line in process.stderr.splitlines()}
    assert "modelzoo_keras_applications.table" in imported
    assert imported.isdisjoint(HEAVY)


def test_smaller_images_than_the_least_are_refused_by_keras_too(any_network):
    least = any_network.spec.min_size
    with pytest.raises(ValueError, match=f"at least {least}x{least}"):
        any_network.function(input_shape=(least - 1, least - 1, 3), weights=None)
