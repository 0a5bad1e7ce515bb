"""The examples in the docstrings are run."""

import doctest
import importlib
from pathlib import Path

import modelzoo_keras_hub
import pytest

PACKAGE = Path(modelzoo_keras_hub.__file__).parent
MODULES = sorted(each.stem for each in PACKAGE.glob("*.py") if ">>> " in each.read_text("utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module):
    result = doctest.testmod(importlib.import_module(f"modelzoo_keras_hub.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
