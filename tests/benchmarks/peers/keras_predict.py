"""Seconds that `keras.Model.predict` takes for one image, of the Fashion-MNIST notebook's network.

The uint8 image is scaled by the first layer, so that all that is asked of the caller is a batch of
one; the median call.
"""

import json
import statistics
import time

import keras
import numpy as np
from keras_notebooks import fashion_mnist_network

WARM_UP, CALLS = 20, 200


def main() -> None:
    layers = [keras.layers.Rescaling(1 / 255), fashion_mnist_network()]
    model = keras.Sequential([keras.Input((28, 28, 1), dtype="uint8"), *layers])
    image = np.random.default_rng(0).integers(0, 256, (28, 28, 1), np.uint8)
    seconds = []
    for _ in range(WARM_UP + CALLS):
        began = time.perf_counter()
        model.predict(image[None], verbose=0)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"image": statistics.median(seconds[WARM_UP:])}))


if __name__ == "__main__":
    main()
