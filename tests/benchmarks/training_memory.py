"""What a training with `data="stream"` takes of memory, by the number of images: 1, 2 and 4 times.

A folder of JPEGs is made. Then for each size a new process trains `mobilenet_v1_mini` on it for an
epoch, with augmentation and validation, and says what its memory was at most.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from streaming_memory import SHAPE, TIMES, make_image

DECODED_MB = 320


def train(images: Path, folder: Path) -> None:
    """All of a training; prints megabytes."""
    import modelzoo

    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini",
        "image_folder",
        data_dir=images,
        task="binary",
        input_shape=SHAPE,
        epochs=1,
        augment={"horizontal_flip": True, "zoom": 0.2, "mixup": 0.2},
        data="stream",
    )
    trainer.fit(run_dir=folder)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 2**20)


def main() -> None:
    if sys.argv[1:2] == ["train"]:
        train(*map(Path, sys.argv[2:]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        images, made = Path(temporary) / "images", 0
        for name in "ab":
            (images / name).mkdir(parents=True)
        for each in TIMES:
            count = -(-each * DECODED_MB * 2**20 // int(np.prod(SHAPE)))
            for index in range(made, count):
                make_image(images / "ab"[index % 2] / f"{index:06}.jpg", seed=index)
            made = count
            done = subprocess.run(
                [sys.executable, __file__, "train", images, Path(temporary) / f"run{each}"],
                env={**os.environ, "MODELZOO_CACHE": str(Path(temporary) / f"cache{each}")},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(done.stderr)
            peak, decoded = done.stdout.splitlines()[-1], each * DECODED_MB
            print(f"{each} x: {count:7,} images, {decoded:>5} MB decoded, peak RSS {peak:>4} MB")


if __name__ == "__main__":
    main()
