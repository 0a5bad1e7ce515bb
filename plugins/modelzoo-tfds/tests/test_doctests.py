"""The examples in the docstrings are run."""

import doctest

import pytest
from modelzoo_tfds import quiet, reasons


@pytest.mark.parametrize("module", [quiet, reasons])
def test_the_examples_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
