"""Small networks of each architecture, and presets that KerasHub itself writes, made once."""

import inspect
import os
from functools import cache

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from tiny_networks import TINY


@pytest.fixture(scope="session")
def theirs():
    """KerasHub's tiny classifier of an architecture."""
    from hub_classifier import HubClassifier

    return cache(HubClassifier)


@pytest.fixture(scope="session")
def preset(theirs, tmp_path_factory):
    """The folder of a preset of an architecture, written by KerasHub."""

    @cache
    def save(name):
        return theirs(name).save(tmp_path_factory.mktemp("presets") / name)

    return save


@pytest.fixture(scope="session")
def tiny():
    """All arguments of a tiny network of an architecture, the class's defaults too."""
    import keras_hub
    from modelzoo_keras_hub.architectures import ARCHITECTURES
    from modelzoo_keras_hub.specs import default_arguments

    def arguments(name):
        kind = getattr(keras_hub.models, ARCHITECTURES[name].backbone)
        parameters = inspect.signature(kind).parameters
        ours = default_arguments(ARCHITECTURES[name])
        return {**{each: parameters[each].default for each in ours}, **TINY[name][1]}

    return arguments


@pytest.fixture(scope="session")
def size():
    """Height and width of the images of a tiny network."""
    return lambda name: TINY[name][0]


@pytest.fixture(scope="session")
def full():
    """KerasHub's classifier of a preset in the table, with weights that no initialiser makes."""
    from hub_classifier import HubClassifier
    from modelzoo_keras_hub.table import presets

    def make(name):
        row = presets()[name]
        return HubClassifier(
            row["architecture"],
            row["arguments"],
            classifier=row["classifier"] or {},
            size=row["size"],
            num_classes=1000,
            scaling=(row["scale"], row["offset"]),
        )

    return make
