import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.augment import Augmentation
from modelzoo.errors import ConfigError


def images(n=6, size=9, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), np.uint8)


def draw(augmentation, n=6, size=9, *, seed=0, epoch=0):
    return augmentation.draw(seed=seed, epoch=epoch, size=(size, size), n=n)


@given(st.integers(0, 1000), st.integers(0, 100), st.integers(1, 50))
def test_an_image_s_transform_does_not_depend_on_how_many_images_there_are(seed, epoch, n):
    augmentation = Augmentation(zoom=0.2, shear=10.0, horizontal_flip=True)
    few = draw(augmentation, n, seed=seed, epoch=epoch)
    many = draw(augmentation, n + 10, seed=seed, epoch=epoch)
    assert np.array_equal(few, many[:n])


def test_nothing_asked_for_leaves_images_as_they_are():
    batch = images()
    augmentation = Augmentation()
    assert np.array_equal(augmentation.apply(batch, draw(augmentation)), batch)


def test_a_flip_mirrors_about_half_of_the_images_exactly():
    batch = images(n=200)
    augmentation = Augmentation(horizontal_flip=True)
    moved = augmentation.apply(batch, draw(augmentation, n=200)).numpy()
    flipped = [np.array_equal(a, b[:, ::-1]) for a, b in zip(moved, batch, strict=True)]
    same = [np.array_equal(a, b) for a, b in zip(moved, batch, strict=True)]
    assert all(f or s for f, s in zip(flipped, same, strict=True))
    assert 70 < sum(flipped) < 130


def test_zoom_factors_stay_in_their_range():
    transforms = draw(Augmentation(zoom=0.2), n=2000)
    for factors in (transforms[:, 0], transforms[:, 4]):
        assert 0.8 <= factors.min() < 0.81
        assert 1.19 < factors.max() <= 1.2


@pytest.mark.filterwarnings("ignore:Please import `affine_transform`")
def test_the_same_pixels_as_keras_s_image_data_generator():
    """Keras's own affine transform, with the angle and factors that were drawn here."""
    from keras.src.legacy.preprocessing.image import apply_affine_transform

    augmentation = Augmentation(zoom=0.3, shear=20.0)
    batch = images(n=8, size=16)
    transforms = draw(augmentation, n=8, size=16)
    moved = augmentation.apply(batch, transforms).numpy().astype(np.float32)
    for image, transform, result in zip(batch, transforms, moved, strict=True):
        zoom_y = np.hypot(transform[1], transform[4])
        angle = np.rad2deg(np.arctan2(-transform[1], transform[4]))
        expected = apply_affine_transform(
            image.astype(np.float32),
            shear=angle,
            zx=transform[0],
            zy=zoom_y,
            row_axis=0,
            col_axis=1,
            channel_axis=2,
            fill_mode="nearest",
        )
        assert np.abs(result - np.rint(expected)).max() <= 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"zoom": 1.0}, "zoom is 1.0, expected a number from 0 to below 1"),
        ({"shear": -1}, "shear is -1, expected a number from 0 to below 90"),
        ({"zoom": float("nan")}, "zoom is nan"),
        ({"horizontal_flip": "yes"}, "horizontal_flip is 'yes', expected true or false"),
        (
            {"flip": True},
            "There is no augmentation 'flip'. There are: horizontal_flip, zoom, shear",
        ),
    ],
)
def test_unusable_values_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        Augmentation.from_config(values)
