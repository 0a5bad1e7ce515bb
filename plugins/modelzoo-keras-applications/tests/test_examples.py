"""The examples in the docstrings are run."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["backbones", "make_readme_table", "table"])
def test_the_examples_are_true(module):
    result = doctest.testmod(importlib.import_module(f"modelzoo_keras_applications.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
