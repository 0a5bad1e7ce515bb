"""The examples in the docstrings are run."""

import doctest
import importlib
from pathlib import Path

import modelzoo_mobilenets
import pytest

MODULES = sorted(
    f"modelzoo_mobilenets.{file.stem}"
    for file in Path(modelzoo_mobilenets.__file__).parent.glob("*.py")
    if ">>> " in file.read_text("utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
