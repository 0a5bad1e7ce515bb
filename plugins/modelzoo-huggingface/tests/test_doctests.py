"""The examples in the docstrings are run."""

import doctest
import importlib
from pathlib import Path

import modelzoo_huggingface
import pytest

FOLDER = Path(modelzoo_huggingface.__file__).parent
MODULES = sorted(each.stem for each in FOLDER.glob("*.py") if ">>> " in each.read_text())


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module):
    name = f"modelzoo_huggingface.{module}".removesuffix(".__init__")
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
