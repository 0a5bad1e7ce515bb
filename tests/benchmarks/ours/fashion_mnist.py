"""Seconds of an epoch of the recipe `fashion_mnist_seed`, as the run's history counts them."""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

import modelzoo


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=4)
    epochs = options.parse_args().epochs
    with tempfile.TemporaryDirectory() as folder:
        trainer = modelzoo.Trainer.from_recipe("fashion_mnist_seed", epochs=epochs)
        run = trainer.fit(run_dir=Path(folder) / "run")
        seconds = [row["seconds"] for row in run.history]
    print(json.dumps({"later_epochs": statistics.median(seconds[1:])}))


if __name__ == "__main__":
    main()
