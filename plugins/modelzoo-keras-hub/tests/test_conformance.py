"""modelzoo's own checks of the plugin, and of the models that its families have as examples."""

import pytest

from modelzoo.testing import parametrize_with_checks


@parametrize_with_checks("keras_hub/resnet")
def test_conformance_of_an_architecture(check):
    check()


@pytest.mark.slow
@parametrize_with_checks("modelzoo-keras-hub")
def test_conformance(check):
    check()
