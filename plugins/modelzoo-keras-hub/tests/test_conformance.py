"""modelzoo's own checks of the plugin, architectures, and presets that can't pass all."""

import pytest
from modelzoo_keras_hub.architectures import ARCHITECTURES

from modelzoo.testing import parametrize_with_checks

# Small presets that a check is expected to fail for, of each cause.
EXPECTED_TO_FAIL = (
    "dinov2_small",
    "dinov2_with_registers_small",
    "dinov3_vit_small_lvd1689m",
    "dinov3_vit_small_plus_lvd1689m",
    "efficientnet_es_ra_imagenet",
    "efficientnet2_rw_t_ra2_imagenet",
)


@parametrize_with_checks("keras_hub/resnet")
def test_conformance_of_an_architecture(check):
    check()


@pytest.mark.slow
@parametrize_with_checks("modelzoo-keras-hub")
def test_conformance(check):
    check()


@pytest.mark.slow
@parametrize_with_checks(*(f"keras_hub/{name}" for name in (*ARCHITECTURES, *EXPECTED_TO_FAIL)))
def test_conformance_of_all_architectures_and_what_is_expected_to_fail(check):
    check()
