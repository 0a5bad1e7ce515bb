"""Transforms and pixels beside those of NumPy, Keras, Pillow and TensorFlow's own kernel."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from modelzoo.data.augment import Augmentation

LINEAR = {"zoom": 0.3, "shear": 20.0, "horizontal_flip": True, "vertical_flip": True}


def images(n=6, height=16, width=16, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, height, width, 3), np.uint8)


def draw(n=6, height=16, width=16, *, seed=0, **changes):
    return Augmentation(**changes).draw(seed=seed, epoch=0, size=(height, width), n=n)


def matrices(rows):
    return np.concatenate([rows.reshape(-1, 2, 3), np.tile([[[0, 0, 1.0]]], (len(rows), 1, 1))], 1)


@pytest.mark.parametrize(("setting", "axis"), [("horizontal_flip", 2), ("vertical_flip", 1)])
@pytest.mark.parametrize("zoom", [0.0, 1e-12], ids=["alone", "in a warp"])
def test_a_flip_mirrors_about_half_of_the_images_exactly(setting, axis, zoom):
    batch = images(n=200)
    augmentation = Augmentation(**{setting: True, "zoom": zoom})
    moved = augmentation.apply(batch, draw(n=200, **{setting: True, "zoom": zoom})).numpy()
    mirrored = np.flip(batch, axis)
    flipped = [np.array_equal(a, b) for a, b in zip(moved, mirrored, strict=True)]
    same = [np.array_equal(a, b) for a, b in zip(moved, batch, strict=True)]
    assert all(f or s for f, s in zip(flipped, same, strict=True))
    assert 70 < sum(flipped) < 130


@given(st.integers(0, 100))
@settings(max_examples=5, deadline=None)
def test_a_flip_done_twice_is_none(seed):
    flips = {"horizontal_flip": True, "vertical_flip": True}
    batch, rows = images(seed=seed), draw(seed=seed, **flips)
    augmentation = Augmentation(**flips)
    assert np.array_equal(augmentation.apply(augmentation.apply(batch, rows), rows), batch)


def test_zoom_factors_stay_in_their_range():
    rows = draw(zoom=0.2, n=2000)
    for factors in (rows[:, 0], rows[:, 4]):
        assert 0.8 <= factors.min() < 0.81
        assert 1.19 < factors.max() <= 1.2


def test_shifts_stay_in_their_share_of_the_sides():
    rows = draw(shift=0.25, n=2000, height=40, width=80)
    for shifts, limit in ((rows[:, 2], 20), (rows[:, 5], 10)):
        assert -limit <= shifts.min() < -0.98 * limit
        assert 0.98 * limit < shifts.max() <= limit


def test_rotations_stay_in_their_range():
    rows = draw(rotation=30.0, n=2000)
    degrees = np.rad2deg(np.arctan2(rows[:, 3], rows[:, 0]))
    assert -30.001 <= degrees.min() < -29.8
    assert 29.8 < degrees.max() <= 30.001


@given(st.integers(0, 1000), st.floats(0.05, 0.99))
def test_crops_keep_their_share_of_the_area_and_stay_in_the_image(seed, share):
    height, width = 20, 30
    x_factor, _, x, _, y_factor, y = draw(
        seed=seed, crop=share, n=100, height=height, width=width
    ).T
    assert (x_factor * y_factor >= share - 1e-5).all()
    for factor, first, size in ((x_factor, x, width), (y_factor, y, height)):
        begin = first + 0.5 - 0.5 * factor
        assert (begin >= -1e-3).all()
        assert (begin + factor * size <= size + 1e-3).all()


def test_together_they_are_the_product_of_what_they_are_alone():
    size = {"height": 21, "width": 33}
    together = matrices(draw(**LINEAR, shift=0.2, rotation=40.0, crop=0.4, **size))
    crop, rotation, shift = (
        matrices(draw(**{name: value}, **size))
        for name, value in (("crop", 0.4), ("rotation", 40.0), ("shift", 0.2))
    )
    product = crop @ rotation @ shift @ matrices(draw(**LINEAR, **size))
    assert np.allclose(together, product, atol=1e-4)


@pytest.mark.filterwarnings("ignore:Please import `affine_transform`")
def test_the_same_pixels_as_keras_s_image_data_generator():
    """Keras's own affine transform, with the angles, factors and shifts that were drawn here."""
    from keras.src.legacy.preprocessing.image import apply_affine_transform

    linear = draw(zoom=0.3, shear=20.0, n=8)
    shift, rotation = draw(shift=0.3, n=8), draw(rotation=45.0, n=8)
    changes = {"zoom": 0.3, "shear": 20.0, "shift": 0.3, "rotation": 45.0}
    batch = images(n=8)
    moved = Augmentation(**changes).apply(batch, draw(n=8, **changes)).numpy().astype(np.float32)
    for index, image in enumerate(batch):
        expected = apply_affine_transform(
            image.astype(np.float32),
            theta=np.rad2deg(np.arctan2(rotation[index, 3], rotation[index, 0])),
            tx=shift[index, 2],
            ty=shift[index, 5],
            shear=np.rad2deg(np.arctan2(-linear[index, 1], linear[index, 4])),
            zx=linear[index, 0],
            zy=np.hypot(linear[index, 1], linear[index, 4]),
            row_axis=0,
            col_axis=1,
            channel_axis=2,
            fill_mode="nearest",
        )
        assert np.abs(moved[index] - np.rint(expected)).max() <= 1


def test_the_same_pixels_as_pillow_s_resized_crop():
    batch = images(n=8, height=20, width=30)
    rows = draw(crop=0.2, n=8, height=20, width=30)
    moved = Augmentation(crop=0.2).apply(batch, rows).numpy()
    for image, (x_factor, _, x, _, y_factor, y), result in zip(batch, rows, moved, strict=True):
        left, top = x + 0.5 - 0.5 * x_factor, y + 0.5 - 0.5 * y_factor
        box = np.clip([left, top, left + 30 * x_factor, top + 20 * y_factor], 0, [30, 20, 30, 20])
        expected = Image.fromarray(image).resize((30, 20), Image.Resampling.BILINEAR, tuple(box))
        assert np.abs(result.astype(int) - np.asarray(expected)).max() <= 1


def test_the_same_pixels_as_tensorflow_s_kernel_but_for_rounding():
    changes = {"horizontal_flip": True, "zoom": 0.2, "shear": 0.2}
    batch = images(n=32, height=64, width=64)
    rows = draw(n=32, height=64, width=64, **changes)
    moved = Augmentation(**changes).apply(batch, rows).numpy().astype(int)
    expected = tf.raw_ops.ImageProjectiveTransformV3(
        images=batch.astype(np.float32),
        transforms=np.pad(rows, [(0, 0), (0, 2)]),
        output_shape=[64, 64],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    difference = np.abs(moved - np.rint(expected))
    assert difference.max() <= 1
    assert difference.mean() < 1e-3


def test_a_quarter_turn_is_numpy_s():
    batch = images(n=1, height=9, width=9)
    rows = np.array([[0, 1, 0, -1, 0, 8]], np.float32)
    assert np.array_equal(Augmentation(rotation=90).apply(batch, rows)[0], np.rot90(batch[0], -1))
