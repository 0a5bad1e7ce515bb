import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.augment.boxes import draw_boxes, inside

SHARES = st.floats(0.01, 1.0)


@given(st.integers(0, 1000), SHARES, SHARES)
def test_boxes_lie_in_the_image_and_have_the_areas_and_ratios_asked_for(seed, a, b):
    area = min(a, b), max(a, b)
    uniform = np.random.default_rng(seed).random((100, 4))
    top, left, height, width = draw_boxes(uniform, area=area, aspect=(0.5, 2.0)).T
    assert (top >= 0).all()
    assert (left >= 0).all()
    assert (top + height <= 1 + 1e-12).all()
    assert (left + width <= 1 + 1e-12).all()
    assert (height * width >= area[0] - 1e-12).all()
    assert (height * width <= area[1] + 1e-12).all()
    assert (width / height >= 0.5 - 1e-12).all()
    assert (width / height <= 2 + 1e-12).all()


def test_areas_and_ratios_reach_their_limits_and_wide_boxes_are_as_frequent_as_high_ones():
    uniform = np.random.default_rng(0).random((10000, 4))
    _, _, height, width = draw_boxes(uniform, area=(0.1, 0.4), aspect=(0.5, 2.0)).T
    assert (height * width).mean() == pytest.approx(0.25, abs=0.005)
    assert (width / height).min() < 0.51
    assert (width / height).max() > 1.99
    assert (width > height).mean() == pytest.approx(0.5, abs=0.02)


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_the_pixels_inside_are_those_of_a_numpy_slice(edges):
    top, left, bottom, right = edges
    expected = np.zeros((1, 5, 6, 1), bool)
    expected[:, top:bottom, left:right] = True
    images = np.zeros((1, 5, 6, 3), np.uint8)
    assert np.array_equal(inside(np.array([edges], np.float32), images), expected)
