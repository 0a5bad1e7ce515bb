import ast
import importlib
import inspect
import pkgutil
from importlib.metadata import version
from pathlib import Path

import pytest

import modelzoo
from modelzoo import errors


@pytest.mark.parametrize("name", modelzoo.__all__)
def test_every_public_name_is_there(name):
    assert getattr(modelzoo, name) is not None


@pytest.mark.parametrize("name", [each for each in modelzoo.__all__ if each[0] != "_"])
def test_every_public_name_says_what_it_is(name):
    assert inspect.getdoc(getattr(modelzoo, name))


def test_public_names_are_in_order_and_once():
    assert modelzoo.__all__ == sorted(set(modelzoo.__all__))


def test_public_names_are_offered_by_tab_completion():
    assert set(modelzoo.__all__) <= set(dir(modelzoo))


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'modelzoo' has no attribute 'lod_dataset'"):
        _ = modelzoo.lod_dataset


def test_a_type_checker_sees_lazy_names_where_they_are():
    tree = ast.parse(Path(modelzoo.__file__).read_text("utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {name.name: node.module for node in block.body for name in node.names}
    assert seen == modelzoo._LAZY


def test_the_version_is_that_of_the_installed_distribution():
    assert modelzoo.__version__ == version("tf-modelzoo")


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_says_when_it_is_raised(name):
    assert getattr(errors, name).__doc__


@pytest.mark.parametrize(
    "name",
    [each for each in errors.__all__ if each not in ("PluginWarning", "TrainingInterrupted")],
)
def test_every_error_is_one_of_ours_and_a_built_in_one(name):
    error = getattr(errors, name)
    assert issubclass(error, errors.ModelZooError)
    assert name == "ModelZooError" or len(error.__mro__) > len(errors.ModelZooError.__mro__)


def test_all_errors_are_public():
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert defined == set(errors.__all__)


def packages():
    return sorted(
        each.name
        for each in pkgutil.walk_packages(modelzoo.__path__, "modelzoo.")
        if each.ispkg and not each.name.startswith("modelzoo.builtin")
    )


@pytest.mark.parametrize("package", packages())
def test_every_package_names_its_public_api(package):
    module = importlib.import_module(package)
    assert [each for each in module.__all__ if not hasattr(module, each)] == []
