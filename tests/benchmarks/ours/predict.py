"""Seconds that a finished run, loaded from its folder, takes to predict one image.

The run is one epoch on the sample of Fashion-MNIST; the median call.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

import modelzoo

WARM_UP, CALLS = 20, 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        trainer = modelzoo.Trainer("mobilenet_v1_mini", "fashion_mnist_sample", epochs=1)
        trainer.fit(run_dir=Path(folder) / "run")
        run = modelzoo.Run(Path(folder) / "run")
        image = np.random.default_rng(0).integers(0, 256, (28, 28, 1), np.uint8)
        seconds = []
        for _ in range(WARM_UP + CALLS):
            began = time.perf_counter()
            run.predict(image)
            seconds.append(time.perf_counter() - began)
    print(json.dumps({"image": statistics.median(seconds[WARM_UP:])}))


if __name__ == "__main__":
    main()
