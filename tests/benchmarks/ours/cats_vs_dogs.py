"""Seconds of the epochs of the recipe `cats_vs_dogs_seed`, from JPEG files and an empty cache.

The first epoch is counted from the call of `fit`: it has the reading, checking, decoding and
caching of all images in it, those of the test split too, the building of the model and its graph.
The kernels have been compiled before, as they are on every machine that has trained once. Later
epochs are what the run's history counts.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import keras

import modelzoo
from modelzoo.layers.native import load_library


class EpochBegin(keras.callbacks.Callback):
    """Notes when the first epoch begins."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            self.first = time.perf_counter()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", required=True, help="the folder with training_set/, test_set/")
    options.add_argument("--epochs", type=int, default=4)
    given = options.parse_args()
    load_library()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MODELZOO_CACHE"] = str(Path(folder) / "cache")
        trainer = modelzoo.Trainer.from_recipe(
            "cats_vs_dogs_seed", data_dir=given.data, epochs=given.epochs
        )
        begin = EpochBegin()
        began = time.perf_counter()
        run = trainer.fit(run_dir=Path(folder) / "run", callbacks=[begin])
        seconds = [row["seconds"] for row in run.history]
    first = begin.first - began + seconds[0]
    print(json.dumps({"first_epoch": first, "later_epochs": statistics.median(seconds[1:])}))


if __name__ == "__main__":
    main()
