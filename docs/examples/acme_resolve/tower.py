"""The code of all towers; this module is imported when one is built."""

import keras


def tower(input_shape, *, blocks):
    """Build as many convolutions on top of each other.

    Args:
        input_shape: ``(height, width, channels)``.
        blocks: How many.
    """
    images = x = keras.Input(input_shape)
    for _ in range(blocks):
        x = keras.layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    return keras.Model(images, x)
