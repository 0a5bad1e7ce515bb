import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelzoo.data.augment import Augmentation


def draw(n, *, erasing, seed=0, size=(100, 100)):
    return Augmentation(erasing=erasing).draw(seed=seed, epoch=0, size=size, n=n)


@given(st.integers(0, 100))
@settings(max_examples=5, deadline=None)
def test_the_rectangle_becomes_black_and_the_rest_stays(seed):
    batch = np.random.default_rng(seed).integers(1, 256, (6, 12, 20, 3), np.uint8)
    rows = draw(6, erasing=0.7, seed=seed, size=(12, 20))
    expected = batch.copy()
    for image, (top, left, bottom, right) in zip(expected, rows.astype(int), strict=True):
        image[top:bottom, left:right] = 0
    assert np.array_equal(Augmentation(erasing=0.7).apply(batch, rows), expected)


def test_as_many_images_as_asked_for_lose_2_to_33_percent():
    top, left, bottom, right = draw(5000, erasing=0.25).T
    area = (bottom - top) * (right - left) / 100**2
    erased = area > 0
    assert erased.mean() == pytest.approx(0.25, abs=0.02)
    assert area[erased].min() > 0.015
    assert area[erased].max() < 0.34
    assert area[erased].mean() == pytest.approx(0.175, abs=0.01)


def test_an_image_that_is_erased_rarely_is_erased_often_in_the_same_place():
    rarely, often = draw(100, erasing=0.2), draw(100, erasing=0.8)
    erased = rarely.any(axis=1)
    assert np.array_equal(rarely[erased], often[erased])
