"""Which images a model takes."""

import keras
import pytest

import modelzoo
from modelzoo.errors import IncompatibleError
from modelzoo.inference.model_input import image_shape


def test_shape_is_that_of_a_built_model():
    model = modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(40, 32, 1))
    assert image_shape(model) == (40, 32, 1)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((32, 32, 3), "float32"), ((None, 32, 3), "uint8"), ((32,), "uint8")],
    ids=["float", "any-height", "vector"],
)
def test_model_that_takes_something_else_is_refused(shape, dtype):
    images = keras.Input(shape, dtype=dtype)
    with pytest.raises(IncompatibleError, match="expected uint8 images of one fixed size"):
        image_shape(keras.Model(images, keras.layers.Flatten()(images)))


def test_model_with_two_inputs_is_refused():
    first, second = (keras.Input((8, 8, 1), dtype="uint8") for _ in range(2))
    with pytest.raises(IncompatibleError, match="uint8"):
        image_shape(keras.Model([first, second], keras.layers.Add()([first, second])))
