"""What counts as the same but for rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.testing.closeness import assert_close, assert_relatively_close, spread

IMAGES, FEATURES = 6, 5
scales = st.floats(1e-20, 1e20)


def outputs(seed=0):
    return np.random.default_rng(seed).standard_normal((IMAGES, FEATURES)).astype(np.float32)


@given(scales)
def test_the_spread_grows_with_the_outputs(scale):
    assert spread(outputs() * np.float32(scale)) == pytest.approx(
        scale * spread(outputs()), rel=1e-4
    )


@given(st.floats(-1e3, 1e3))
def test_what_all_images_have_in_common_is_no_spread(common):
    assert spread(outputs() + np.float32(common)) == pytest.approx(spread(outputs()), rel=1e-3)


@given(scales)
def test_rounding_is_let_through_at_any_scale(scale):
    expected = outputs() * np.float32(scale)
    assert_close(expected * np.float32(1 + 1e-6), expected, "both")


@given(scales)
def test_other_outputs_are_seen_at_any_scale(scale):
    with pytest.raises(AssertionError, match="both differ by"):
        assert_close(outputs(1) * np.float32(scale), outputs() * np.float32(scale), "both")


def test_a_difference_is_seen_that_is_small_beside_what_all_images_have_in_common():
    expected = 100 + 1e-3 * outputs()
    with pytest.raises(AssertionError):
        assert_close(expected[::-1], expected, "both")


def test_outputs_without_any_spread_may_differ_by_rounding_only():
    same = np.ones((IMAGES, FEATURES), np.float32)
    assert_close(np.nextafter(same, np.float32(2)), same, "both")
    with pytest.raises(AssertionError):
        assert_close(same + np.float32(1e-4), same, "both")


def test_nan_is_a_difference():
    wrong = outputs()
    wrong[0, 0] = np.nan
    with pytest.raises(AssertionError):
        assert_close(wrong, outputs(), "both")
    with pytest.raises(AssertionError):
        assert_relatively_close(wrong, outputs(), "both", tolerance=0.5)


def test_other_shapes_are_a_difference():
    with pytest.raises(AssertionError, match=r"different shapes, \(6, 4\) and \(6, 5\)"):
        assert_close(outputs()[:, :4], outputs(), "both")


def test_a_share_of_the_largest_is_let_through():
    expected = np.array([[10.0], [1.0]], np.float32)
    assert_relatively_close(expected + 1, expected, "both", tolerance=0.11)
    with pytest.raises(AssertionError, match="10% of the largest"):
        assert_relatively_close(expected + 1.1, expected, "both", tolerance=0.1)
