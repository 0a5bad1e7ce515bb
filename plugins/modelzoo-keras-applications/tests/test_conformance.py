"""All that the package offers is what it says: a test for each check."""

import pytest

from modelzoo.testing import parametrize_with_checks


@parametrize_with_checks("keras_mobilenet_v3_small")
def test_conformance_of_a_small_network(check):
    check()


@pytest.mark.slow
@parametrize_with_checks("modelzoo-keras-applications")
def test_conformance(check):
    check()
