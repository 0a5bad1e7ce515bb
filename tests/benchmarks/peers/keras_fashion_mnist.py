"""Seconds of an epoch of the Fashion-MNIST notebook in stock Keras: `fit` on arrays in memory."""

import argparse
import json

from keras_notebooks import EpochClock, fashion_mnist_network

import modelzoo


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=4)
    epochs = options.parse_args().epochs
    # Only where the files are is left to modelzoo; from here on it is out of it.
    train = modelzoo.load_dataset("fashion_mnist").splits["train"]
    images, labels = train.images.astype("float32") / 255, train.labels
    model = fashion_mnist_network()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    clock = EpochClock()
    model.fit(images, labels, batch_size=32, epochs=epochs, verbose=0, callbacks=[clock])
    print(json.dumps({"later_epochs": clock.later_epochs}))


if __name__ == "__main__":
    main()
