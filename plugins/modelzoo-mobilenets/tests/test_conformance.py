"""modelzoo's own checks of the plugin and all that it registers, most of them slow tests."""

from modelzoo.testing import parametrize_with_checks


@parametrize_with_checks("modelzoo-mobilenets")
def test_conformance(check):
    check()
