"""Seconds of a training step of a model in a training of the `Trainer`.

Adam, softmax cross-entropy of ten classes, float32, random uint8 images in memory. What the
history counts for an epoch is divided by its steps, so that shuffling, gathering the batches,
scaling the images and the accuracy are in it; the median of the epochs after the first.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

import numpy as np

import modelzoo


def main() -> None:
    """Measure and print the seconds as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", help="mobilenet_v2, mobilenet_v3_small, ...")
    options.add_argument("--alpha", type=float, default=1.0)
    options.add_argument("--size", type=int, default=96)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--steps", type=int, default=10, help="of an epoch")
    options.add_argument("--epochs", type=int, default=4)
    given = options.parse_args()
    random = np.random.default_rng(0)
    count = given.steps * given.batch
    images = random.integers(0, 256, (count, given.size, given.size, 3), np.uint8)
    labels = np.arange(count) % 10
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "random.npz"
        test = {"x_test": images[: given.batch], "y_test": labels[: given.batch]}
        np.savez(file, x_train=images, y_train=labels, **test)
        trainer = modelzoo.Trainer(
            given.model,
            "npz",
            data_dir=file,
            input_shape=images.shape[1:],
            model_options={"alpha": given.alpha},
            batch_size=given.batch,
            epochs=given.epochs,
            validation=0.0,
        )
        run = trainer.fit(run_dir=Path(folder) / "run")
        seconds = statistics.median(row["seconds"] for row in run.history[1:])
    print(json.dumps({"step": seconds / given.steps}))


if __name__ == "__main__":
    main()
