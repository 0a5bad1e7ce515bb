"""Options that would build something else than was meant are refused, with what was expected."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.options import check_count, check_flag, check_share, check_width

NO_NUMBERS = [True, False, None, "1", "no", [1], 1j, math.nan, math.inf]


@given(st.integers(min_value=2))
def test_a_count_is_any_whole_number_from_the_least_up(value):
    check_count("units", value, least=2)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 1, -2, 2.0])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(ValueError, match="^units is .*, expected a whole number from 2 up$"):
        check_count("units", value, least=2)


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_true_or_false(value):
    check_flag("separable", value)


@pytest.mark.parametrize("value", [0, 1, None, "true", 1.0])
def test_what_is_no_flag_is_refused(value):
    with pytest.raises(ValueError, match="^separable is .*, expected True or False$"):
        check_flag("separable", value)


@given(st.floats(0, 1, exclude_max=True))
def test_a_share_is_any_number_from_0_to_below_1(value):
    check_share("dropout", value)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 1, -0.1])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(ValueError, match="^dropout is .*, expected a number from 0 to below 1$"):
        check_share("dropout", value)


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False, allow_nan=False))
def test_a_width_is_any_number_above_0(value):
    check_width("alpha", value)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 0, -1])
def test_what_is_no_width_is_refused(value):
    with pytest.raises(ValueError, match="^alpha is .*, expected a number above 0, such as 0.5$"):
        check_width("alpha", value)


@pytest.mark.parametrize("narrowest", [3, 32])
def test_the_least_width_leaves_each_layer_a_channel(narrowest):
    check_width("alpha", 1 / narrowest, narrowest=narrowest)
    with pytest.raises(ValueError, match=f"a number of at least 1/{narrowest}, such as 0.5$"):
        check_width("alpha", math.nextafter(1 / narrowest, 0), narrowest=narrowest)
