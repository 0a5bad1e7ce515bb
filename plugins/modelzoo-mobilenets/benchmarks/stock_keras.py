"""Seconds of a training step of a model of `keras.applications` in stock Keras.

Adam, softmax cross-entropy of ten classes, float32, random images in memory; the median step.
`train_on_batch` gets the batches ready made, which takes less time than `fit`.
"""

import argparse
import json
import statistics
import time

import keras
import numpy as np

MODELS = {
    "mobilenet_v2": keras.applications.MobileNetV2,
    "mobilenet_v3_large": keras.applications.MobileNetV3Large,
    "mobilenet_v3_small": keras.applications.MobileNetV3Small,
}
WARM_UP = 3


def main() -> None:
    """Measure and print the seconds as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", choices=MODELS)
    options.add_argument("--alpha", type=float, default=1.0)
    options.add_argument("--size", type=int, default=96)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--steps", type=int, default=20)
    given = options.parse_args()
    shape = (given.size, given.size, 3)
    model = MODELS[given.model](shape, alpha=given.alpha, weights=None, classes=10)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    random = np.random.default_rng(0)
    images = random.uniform(0, 255, (given.batch, *shape)).astype(np.float32)
    labels = random.integers(0, 10, given.batch)
    seconds = []
    for _ in range(WARM_UP + given.steps):
        began = time.perf_counter()
        model.train_on_batch(images, labels)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"step": statistics.median(seconds[WARM_UP:])}))


if __name__ == "__main__":
    main()
