"""The model's code; this module is imported when the model is built."""

import keras


def acme_net(input_shape, *, width=16):
    """Build two convolutions with a shortcut around the second.

    Args:
        input_shape: ``(height, width, channels)``.
        width: Output channels of both convolutions.

    Returns:
        A model from scaled float images to a feature map ``(batch, height, width, channels)``.
    """
    images = keras.Input(input_shape)
    first = keras.layers.Conv2D(width, 3, padding="same", activation="relu")(images)
    second = keras.layers.Conv2D(width, 3, padding="same", activation="relu")(first)
    return keras.Model(images, keras.layers.Add()([first, second]))
