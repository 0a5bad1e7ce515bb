"""Seconds of the epochs of the cats-vs-dogs notebook in stock Keras, from JPEG files.

`ImageDataGenerator` decodes, resizes and augments every image in every epoch. The first epoch is
counted from before the folders are read, and so has the building of the model and its graph in it.
"""

import argparse
import json
import time

import tensorflow as tf
from keras_notebooks import EpochClock, cats_vs_dogs_network


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", required=True, help="the folder with training_set/")
    options.add_argument("--epochs", type=int, default=4)
    given = options.parse_args()
    began = time.perf_counter()
    generator = tf.keras.preprocessing.image.ImageDataGenerator(
        rescale=1 / 255, shear_range=0.2, zoom_range=0.2, horizontal_flip=True
    )
    train = generator.flow_from_directory(
        f"{given.data}/training_set", target_size=(64, 64), batch_size=32, class_mode="binary"
    )
    model = cats_vs_dogs_network()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    clock = EpochClock()
    model.fit(train, epochs=given.epochs, verbose=0, callbacks=[clock])
    first = clock.ended[0] - began
    print(json.dumps({"first_epoch": first, "later_epochs": clock.later_epochs}))


if __name__ == "__main__":
    main()
