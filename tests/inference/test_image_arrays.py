"""What users are told about arrays that are no images."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import ArrayError
from modelzoo.inference.image_arrays import check_images, is_array


def message_for(images):
    with pytest.raises(ArrayError) as error:
        check_images(images, "rex", dimensions=3)
    return str(error.value)


@pytest.mark.parametrize("array", [np.zeros(2), tf.zeros(2)], ids=["numpy", "tensorflow"])
def test_arrays_of_any_library_are_seen(array):
    assert is_array(array)


@pytest.mark.parametrize("value", [[0, 1], "rex.jpg", None, 3, np.ndarray])
def test_other_things_are_no_arrays(value):
    assert not is_array(value)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3]))
def test_every_uint8_image_passes(height, width, channels):
    check_images(np.zeros((height, width, channels), np.uint8), "rex", dimensions=3)


@pytest.mark.parametrize(
    ("images", "advice"),
    [
        (np.full((4, 4, 3), 0.5), "values are 0-1: convert it with (255 * image)"),
        (np.full((4, 4, 3), 200.0), "values are 0-255: convert it with image.round()"),
        (np.full((4, 4, 3), -1.0), "Undo its normalisation"),
        (np.full((4, 4, 3), 7), "convert it with image.astype('uint8')"),
    ],
    ids=["0-1", "0-255", "normalised", "int"],
)
def test_conversion_fits_the_values(images, advice):
    assert advice in message_for(images)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_counted(wrong):
    images = np.zeros((4, 4, 3))
    images[0, 0] = wrong
    assert "3 of its values are NaN or infinite" in message_for(images)


@pytest.mark.parametrize("advised", [np.linspace(0, 1, 48), np.linspace(0, 255, 48)])
def test_conversion_that_is_advised_passes(advised):
    image = advised.reshape(4, 4, 3)
    code = message_for(image).rpartition("convert it with ")[2].rstrip(".")
    converted = eval(code, {"image": image})
    check_images(converted, "rex", dimensions=3)
    assert (converted.min(), converted.max()) == (0, 255)
