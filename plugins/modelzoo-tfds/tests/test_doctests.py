"""The examples in the docstrings are run."""

import doctest

import pytest
from modelzoo_tfds import builders, quiet


@pytest.mark.parametrize("module", [builders, quiet])
def test_the_examples_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
