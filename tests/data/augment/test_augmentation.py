import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.geometry import Geometry
from modelzoo.errors import ConfigError

EVERYTHING = Augmentation(
    horizontal_flip=True,
    vertical_flip=True,
    shift=0.1,
    crop=0.5,
    zoom=0.2,
    shear=10.0,
    rotation=20.0,
    brightness=0.3,
    contrast=0.3,
    erasing=0.5,
    mixup=0.4,
    cutmix=1.0,
)
ONE_BY_ONE = [
    Augmentation(**{field.name: getattr(EVERYTHING, field.name)})
    for field in dataclasses.fields(Augmentation)
]


def images(n=6, size=9, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size, channels), np.uint8)


def draw(augmentation, n=6, size=9, *, seed=0, epoch=0):
    return augmentation.draw(seed=seed, epoch=epoch, size=(size, size), n=n)


@given(st.integers(0, 1000), st.integers(0, 100), st.integers(1, 50))
def test_an_image_s_numbers_do_not_depend_on_how_many_images_there_are(seed, epoch, n):
    few = draw(EVERYTHING, n, seed=seed, epoch=epoch)
    many = draw(EVERYTHING, n + 10, seed=seed, epoch=epoch)
    assert np.array_equal(few, many[:n])


@pytest.mark.parametrize("augmentation", ONE_BY_ONE)
def test_another_seed_or_epoch_gives_other_numbers(augmentation):
    numbers = draw(augmentation, 50)
    assert np.array_equal(numbers, draw(augmentation, 50))
    assert not np.array_equal(numbers, draw(augmentation, 50, seed=1))
    assert not np.array_equal(numbers, draw(augmentation, 50, epoch=1))


def test_nothing_asked_for_leaves_images_as_they_are():
    batch = images()
    augmentation = Augmentation()
    assert np.array_equal(augmentation.apply(batch, draw(augmentation)), batch)
    assert not augmentation.mixes


@pytest.mark.parametrize("augmentation", ONE_BY_ONE)
def test_each_setting_changes_images(augmentation):
    batch, others = images(n=20), images(n=20, seed=1)
    rows = draw(augmentation, 20)
    changed = augmentation.apply(batch, rows)
    if augmentation.mixes:
        changed, _ = augmentation.mix(changed, others, rows)
    assert changed.dtype == "uint8"
    assert not np.array_equal(changed, batch)


def test_equal_settings_are_compiled_once(monkeypatch):
    traced = []
    apply = Geometry.apply

    def trace(self, images, rows):
        traced.append(rows.shape)
        return apply(self, images, rows)

    monkeypatch.setattr(Geometry, "apply", trace)
    for _ in range(2):
        augmentation = Augmentation(rotation=12.5)
        augmentation.apply(images(), draw(augmentation))
    assert len(traced) == 1


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 100), st.integers(0, 7), st.integers(1, 8), st.sampled_from([1, 3]))
def test_a_part_of_a_batch_is_changed_like_the_whole(seed, begin, count, channels):
    batch, others = (images(8, channels=channels, seed=seed + each) for each in range(2))
    part = slice(begin, begin + count)
    rows = draw(EVERYTHING, 8, seed=seed)

    def change(part):
        moved = EVERYTHING.apply(batch[part], rows[part])
        return EVERYTHING.mix(moved, others[part], rows[part])

    for whole, alone in zip(change(slice(None)), change(part), strict=True):
        assert np.array_equal(whole[part], alone)


def test_settings_together_do_what_they_do_alone_one_after_the_other():
    batch, others = images(n=20), images(n=20, seed=1)
    rows = draw(EVERYTHING, 20)
    changed, weight = EVERYTHING.mix(EVERYTHING.apply(batch, rows), others, rows)
    groups = [
        ("horizontal_flip", "vertical_flip", "shift", "crop", "zoom", "shear", "rotation"),
        ("brightness", "contrast"),
        ("erasing",),
    ]
    expected = batch
    for names in groups:
        part = Augmentation(**{name: getattr(EVERYTHING, name) for name in names})
        expected = part.apply(expected, draw(part, 20))
    mixing = Augmentation(mixup=EVERYTHING.mixup, cutmix=EVERYTHING.cutmix)
    expected, expected_weight = mixing.mix(expected, others, draw(mixing, 20))
    assert np.array_equal(changed, expected)
    assert np.array_equal(weight, expected_weight)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"zoom": 1.0}, "zoom is 1.0, expected a number from 0 to below 1"),
        ({"shear": -1}, "shear is -1, expected a number from 0 to below 90"),
        ({"zoom": float("nan")}, "zoom is nan"),
        ({"horizontal_flip": "yes"}, "horizontal_flip is 'yes', expected true or false"),
        ({"vertical_flip": 1}, "vertical_flip is 1, expected true or false"),
        ({"shift": 1}, "shift is 1, expected a number from 0 to below 1"),
        ({"crop": 0}, "crop is 0, expected a number above 0, at most 1"),
        ({"crop": 1.5}, "crop is 1.5, expected a number above 0, at most 1"),
        ({"rotation": 181}, "rotation is 181, expected a number from 0 to 180"),
        ({"brightness": 2}, "brightness is 2, expected a number from 0 to 1"),
        ({"contrast": "0.2"}, "contrast is '0.2', expected a number from 0 to 1"),
        ({"erasing": True}, "erasing is True, expected a number from 0 to 1"),
        ({"mixup": -0.2}, "mixup is -0.2, expected a number from 0 up"),
        ({"cutmix": float("inf")}, "cutmix is inf, expected a number from 0 up"),
        ({"flip": True}, "There is no augmentation 'flip'. There are: horizontal_flip, .*, cutmix"),
    ],
)
def test_unusable_values_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        Augmentation.from_config(values)
