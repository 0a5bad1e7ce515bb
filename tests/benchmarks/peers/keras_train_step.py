"""Seconds of a training step of `keras.applications.MobileNet` in stock Keras.

Adam, softmax cross-entropy of ten classes, float32, random images in memory; the median step.
`train_on_batch` gets the batches ready made, which takes less time than `fit`, and no XLA is as
fast here as the default.
"""

import argparse
import json
import statistics
import time

import keras
import numpy as np

WARM_UP = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--alpha", type=float, default=0.25)
    options.add_argument("--size", type=int, default=96)
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--steps", type=int, default=20)
    given = options.parse_args()
    shape = (given.size, given.size, 3)
    model = keras.applications.MobileNet(shape, given.alpha, weights=None, classes=10)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    random = np.random.default_rng(0)
    images = random.standard_normal((given.batch, *shape), np.float32)
    labels = random.integers(0, 10, given.batch)
    seconds = []
    for _ in range(WARM_UP + given.steps):
        began = time.perf_counter()
        model.train_on_batch(images, labels)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"step": statistics.median(seconds[WARM_UP:])}))


if __name__ == "__main__":
    main()
