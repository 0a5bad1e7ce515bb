import keras


def acme_net(input_shape, *, width):
    images = keras.Input(input_shape)
    features = keras.layers.Conv2D(width, 3, strides=2, activation="relu")(images)
    features = keras.layers.Conv2D(2 * width, 3, strides=2, activation="relu")(features)
    return keras.Model(images, features)
