"""Seconds of an epoch of `mobilenet_v1_mini` by the number of images, 1,000 to 60,000.

The first so many images of Fashion-MNIST, batches of 32; the median of the epochs after the first.
"""

import json
import statistics
import tempfile
from pathlib import Path

import numpy as np

import modelzoo

IMAGES = (1_000, 2_000, 5_000, 10_000, 30_000, 60_000)
EPOCHS = 4


def main() -> None:
    splits = modelzoo.load_dataset("fashion_mnist").splits
    train, test = splits["train"], splits["test"]
    seconds = {}
    for count in IMAGES:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "images.npz"
            np.savez(
                file,
                x_train=train.images[:count],
                y_train=train.labels[:count],
                x_test=test.images[:100],
                y_test=test.labels[:100],
            )
            trainer = modelzoo.Trainer(
                "mobilenet_v1_mini", "npz", data_dir=file, epochs=EPOCHS, validation=0.0
            )
            run = trainer.fit(run_dir=Path(folder) / "run")
            seconds[count] = statistics.median(row["seconds"] for row in run.history[1:])
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
