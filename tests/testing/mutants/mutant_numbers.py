"""Networks that are built as they should be, and compute numbers that they should not."""

import keras
import tensorflow as tf
from mutant_models import network


@keras.saving.register_keras_serializable(package="mutants")
class Computes(keras.layers.Layer):
    """Computes a function of ``FUNCTIONS``, which is also told the dtype that it computes in."""

    def __init__(self, function, **kwargs):
        super().__init__(**kwargs)
        self.function = function

    def call(self, inputs):
        return FUNCTIONS[self.function](inputs, self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "function": self.function}


def nan(inputs, _):
    return inputs * float("nan")


def nan_of_white(images, _):
    """A column of ones, and NaN for images that are all white."""
    darkest = tf.reduce_min(images, axis=(1, 2, 3))[:, None]
    return tf.where(darkest > 0.999, tf.cast(float("nan"), images.dtype), 1)


def nan_of_one(inputs, _):
    others = tf.cast(tf.shape(inputs)[0] - 1, inputs.dtype)
    return inputs * (others / others)


def nan_in_bfloat16(inputs, dtype):
    return inputs * float("nan") if dtype == "bfloat16" else inputs


def doubled_in_bfloat16(inputs, dtype):
    return 2 * inputs if dtype == "bfloat16" else inputs


def with_noise(inputs, _):
    noise = tf.random.uniform(tf.shape(inputs), dtype=inputs.dtype)
    return inputs * (1 + 1e-6 * noise)


def square_root(inputs, _):
    """Has an infinite slope at 0."""
    return tf.sqrt(inputs)


FUNCTIONS = {
    each.__name__: each
    for each in (
        nan,
        nan_of_white,
        nan_of_one,
        nan_in_bfloat16,
        doubled_in_bfloat16,
        with_noise,
        square_root,
    )
}


def gives_nan_for_white_images(input_shape, *, width=4):
    intact = network(input_shape, width=width)
    return keras.Model(intact.input, intact.output * Computes("nan_of_white")(intact.input))


def gives_nan_for_one_image(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("nan_of_one")])


def gives_nan_for_the_smallest_images(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("nan")] * (input_shape[0] == 7))


def gives_nan_for_grey_images(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("nan")] * (input_shape[2] == 1))


def gives_nan_for_oblong_images(input_shape, *, width=4):
    is_oblong = input_shape[0] != input_shape[1]
    return network(input_shape, width=width, last=[Computes("nan")] * is_oblong)


def gives_nan_in_bfloat16(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("nan_in_bfloat16")])


def gives_other_numbers_in_bfloat16(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("doubled_in_bfloat16")])


def adds_noise(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Computes("with_noise")])


def has_nan_gradients(input_shape, *, width=4):
    between = [keras.layers.ReLU(), Computes("square_root")]
    return network(input_shape, width=width, between=between)
