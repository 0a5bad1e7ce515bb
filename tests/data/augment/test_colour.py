"""Brightness and contrast beside Pillow's."""

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from modelzoo.data.augment import Augmentation


def draw(n, **changes):
    return Augmentation(**changes).draw(seed=0, epoch=0, size=(9, 9), n=n)


def images(channels):
    # Not all over the range, so that contrast has something to spread.
    return np.random.default_rng(0).integers(60, 230, (8, 12, 10, channels), np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "changes", [{"brightness": 0.5}, {"contrast": 0.5}, {"brightness": 0.4, "contrast": 0.4}]
)
def test_the_same_pixels_as_pillow_s(changes, channels):
    batch, rows = images(channels), draw(8, **changes)
    changed = Augmentation(**changes).apply(batch, rows).numpy()
    for image, (brightness, contrast), result in zip(batch, rows, changed, strict=True):
        picture = Image.fromarray(image[..., 0] if channels == 1 else image)
        picture = ImageEnhance.Brightness(picture).enhance(brightness)
        expected = np.asarray(ImageEnhance.Contrast(picture).enhance(contrast))
        # Pillow rounds down, and after each of the two.
        assert np.abs(result.astype(int) - expected.reshape(image.shape)).max() <= len(changes)


@pytest.mark.parametrize(("setting", "column"), [("brightness", 0), ("contrast", 1)])
def test_factors_stay_in_their_range_and_the_other_one_is_1(setting, column):
    rows = draw(2000, **{setting: 0.3})
    assert 0.7 <= rows[:, column].min() < 0.71
    assert 1.29 < rows[:, column].max() <= 1.3
    assert (rows[:, 1 - column] == 1).all()
