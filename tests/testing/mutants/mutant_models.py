"""One network that is as it should be, and one broken in each way that the kit has a check for."""

import uuid

import keras
import numpy as np
import tensorflow as tf


def network(input_shape, *, width=4, between=(), last=(), batch_size=None):
    """Two convolutions, with layers between them and at the end."""
    images = keras.Input(input_shape, batch_size)
    x = keras.layers.Conv2D(width, 3, strides=2, use_bias=False)(images)
    x = keras.layers.BatchNormalization()(x)
    for layer in between:
        x = layer(x)
    x = keras.layers.Conv2D(2 * width, 3, strides=2, activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    for layer in last:
        x = layer(x)
    return keras.Model(images, x)


def intact(input_shape, *, width=4):
    return network(input_shape, width=width)


def convert(path, model):
    raise NotImplementedError


def takes_its_shape_by_name(*, input_shape, width=4):
    return network(input_shape, width=width)


def fails_for_small_images(input_shape, *, width=4):
    if input_shape[0] == 32:
        raise RuntimeError("no 32")
    return network(input_shape, width=width)


def fails_for_its_default_images(input_shape, *, width=4):
    if input_shape[0] == 40:
        raise RuntimeError("no 40")
    return network(input_shape, width=width)


def fails_for_grey_images(input_shape, *, width=4):
    kernel = np.zeros((3, 3, 3, width))  # as of a file of weights
    if kernel.shape[2] != input_shape[2]:
        raise ValueError("grey")
    return network(input_shape, width=width)


def fails_for_oblong_images(input_shape, *, width=4):
    assert input_shape[0] == input_shape[1]
    return network(input_shape, width=width)


def swallows_options(input_shape, **options):
    return network(input_shape, width=options.get("width", 4))


def gives_float16(input_shape, *, width=4):
    return network(
        input_shape, width=width, last=[keras.layers.Activation("relu", dtype="float16")]
    )


def gives_three_dimensions(input_shape, *, width=4):
    return network(input_shape, width=width, last=[keras.layers.Reshape((2, width))])


def takes_eight_images(input_shape, *, width=4):
    return network(input_shape, width=width, batch_size=8)


@keras.saving.register_keras_serializable(package="mutants")
class Twice(keras.layers.Layer):
    def call(self, inputs):
        return tf.concat([inputs, inputs], axis=0)

    def compute_output_shape(self, input_shape):
        return input_shape


def gives_two_answers_for_an_image(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Twice()])


@keras.saving.register_keras_serializable(package="mutants")
class InferenceOnly(keras.layers.Layer):
    def call(self, inputs, training=False):
        if training:
            raise NotImplementedError("no gradient")
        return inputs


def can_not_be_trained(input_shape, *, width=4):
    return network(input_shape, width=width, last=[InferenceOnly()])


@keras.saving.register_keras_serializable(package="mutants")
class Blind(keras.layers.Layer):
    def call(self, inputs):
        return 0.0 * inputs


def does_not_look(input_shape, *, width=4):
    return network(input_shape, width=width, between=[Blind()])


@keras.saving.register_keras_serializable(package="mutants")
class Squeezed(keras.layers.Layer):
    def call(self, inputs):
        return tf.squeeze(inputs[:, None])

    def compute_output_shape(self, input_shape):
        return input_shape


def loses_a_batch_of_one(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Squeezed()])


@keras.saving.register_keras_serializable(package="mutants")
class Centred(keras.layers.Layer):
    """Takes the mean over the batch away, always or in training alone."""

    def __init__(self, *, always=True, **kwargs):
        super().__init__(**kwargs)
        self.always = always

    def call(self, inputs, training=False):
        if training or self.always:
            return inputs - keras.ops.mean(inputs, axis=0, keepdims=True)
        return inputs

    def get_config(self):
        return {**super().get_config(), "always": self.always}


def mixes_images(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Centred()])


def mixes_images_in_training(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Centred(always=False)])


@keras.saving.register_keras_serializable(package="mutants")
class Counting(keras.layers.Layer):
    def build(self, input_shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, inputs):
        self.calls.assign(self.calls + 1.0)
        return inputs


def counts_its_calls(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Counting()])


@keras.saving.register_keras_serializable(package="mutants")
class Float32Only(keras.layers.Layer):
    def call(self, inputs):
        return tf.add(inputs, tf.constant(1.0))


def computes_in_float32_only(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Float32Only()])


@keras.saving.register_keras_serializable(package="mutants")
class Particular(keras.layers.Layer):
    """Takes no other batch norm than Keras's for one."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.norm = keras.layers.BatchNormalization()

    def build(self, input_shape):
        self.norm.build(input_shape)

    def call(self, inputs, training=False):
        if type(self.norm) is keras.layers.BatchNormalization:
            return self.norm(inputs, training=training)
        return inputs


def asks_for_the_type_of_a_layer(input_shape, *, width=4):
    return network(input_shape, width=width, between=[Particular()])


@keras.saving.register_keras_serializable(package="mutants")
class NamedByChance(keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(
            shape=(input_shape[-1],), initializer="ones", name=f"scale-{uuid.uuid4().hex}"
        )

    def call(self, inputs):
        return inputs * self.scale


def names_weights_by_chance(input_shape, *, width=4):
    return network(input_shape, width=width, last=[NamedByChance()])


@keras.saving.register_keras_serializable(package="mutants")
class Drawn(keras.layers.Layer):
    """Computes with random numbers that are no weights."""

    def build(self, input_shape):
        self.scale = np.random.standard_normal(input_shape[-1]).astype(np.float32)

    def call(self, inputs):
        return inputs * tf.cast(self.scale, inputs.dtype)


def keeps_numbers_that_are_no_weights(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Drawn()])


@keras.saving.register_keras_serializable(package="mutants")
class Scaled(keras.layers.Layer):
    """Does not write its factor down."""

    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return self.factor * inputs

    def get_config(self):
        return super().get_config()


def forgets_an_argument(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Scaled(3.0)])


def has_a_lambda(input_shape, *, width=4):
    return network(input_shape, width=width, last=[keras.layers.Lambda(lambda x: x + 1)])


@keras.saving.register_keras_serializable(package="mutants")
class OtherInGraphs(keras.layers.Layer):
    def call(self, inputs):
        return inputs if tf.executing_eagerly() else 2 * inputs


def computes_other_things_in_graphs(input_shape, *, width=4):
    return network(input_shape, width=width, last=[OtherInGraphs()])


@keras.saving.register_keras_serializable(package="mutants")
class Spare(keras.layers.Layer):
    def build(self, input_shape):
        self.spare = self.add_weight(shape=(3,), name="spare")

    def call(self, inputs):
        return inputs


def has_spare_weights(input_shape, *, width=4):
    return network(input_shape, width=width, last=[Spare()])


def has_dead_units(input_shape, *, width=4):
    dead = keras.layers.Dense(
        4, activation="relu", bias_initializer=keras.initializers.Constant(-1e3)
    )
    features = network(input_shape, width=width)
    both = keras.layers.Concatenate()([features.output, dead(features.output)])
    return keras.Model(features.input, both)


@keras.saving.register_keras_serializable(package="mutants")
class Chance(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return np.random.default_rng().standard_normal(shape)


def draws_without_a_seed(input_shape, *, width=4):
    dense = keras.layers.Dense(8, kernel_initializer=Chance())
    return network(input_shape, width=width, last=[dense])


def drops_nearly_all(input_shape, *, width=4):
    return network(input_shape, width=width, last=[keras.layers.Dropout(0.99)])
