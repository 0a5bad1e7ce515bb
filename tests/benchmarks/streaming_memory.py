"""What feeding an epoch takes of memory, for decoded images of one, two and four times a cap.

A folder of JPEGs is made. Then for each size a new process hashes and decodes it into the cache,
goes through the validation images in order and through a shuffled epoch of training images with
partners for mixup, and says what its memory was at most. The system refuses it more data memory
than the cap: `python tests/benchmarks/streaming_memory.py [CAP_MB]`.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.mixing import draw_partners
from modelzoo.data.feed import fits_in_memory, stream_batches
from modelzoo.data.order import epoch_order
from modelzoo.data.prepare import prepare
from modelzoo.data.source import FileSplit
from modelzoo.data.validation import split_validation

CAP_MB = 160
SHAPE = (96, 96, 3)
BATCH = 32
TIMES = (1, 2, 4)
JPEG_SIDE = 48


def make_image(path: Path, *, seed: int) -> None:
    """Write a JPEG that no other seed has."""
    colours = np.random.default_rng(seed).integers(0, 256, (3, 3, 3), np.uint8)
    picture = Image.fromarray(colours).resize((JPEG_SIDE, JPEG_SIDE), Image.Resampling.BILINEAR)
    picture.save(path)


def feed(folder: Path, count: int, cap: int) -> None:
    """Everything before and between the steps of a training; prints megabytes."""
    resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
    paths = sorted(folder.iterdir())[:count]
    train, val = split_validation(FileSplit(paths, np.arange(count) % 2), 0.1)
    images = {"train": prepare(train, SHAPE), "val": prepare(val, SHAPE)}
    n = len(images["train"])
    decoded = sum(each.images.nbytes for each in images.values())
    assert decoded < cap or not fits_in_memory(images["train"])
    augmentation = Augmentation(horizontal_flip=True, zoom=0.2, mixup=0.2)
    rows = augmentation.draw(seed=0, epoch=0, size=SHAPE[:2], n=n)
    partners = draw_partners(seed=0, epoch=0, n=n)
    fed = 0
    for split, order, others in (
        (images["train"], epoch_order(0, 0, n), partners),
        (images["val"], np.arange(len(images["val"]), dtype=np.int32), None),
    ):
        arrays = (split.images, split.labels, rows)
        for batch in stream_batches(arrays, order, BATCH, partners=others):
            fed += len(batch[0])
    assert fed == count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{decoded / 2**20:.0f} {peak / 2**20:.0f}")


def main() -> None:
    if sys.argv[1:2] == ["feed"]:
        feed(Path(sys.argv[2]), *map(int, sys.argv[3:]))
        return
    cap = int(sys.argv[1] if len(sys.argv) > 1 else CAP_MB) * 2**20
    counts = {each: -(-each * cap // int(np.prod(SHAPE))) for each in TIMES}
    with tempfile.TemporaryDirectory() as temporary:
        images = Path(temporary) / "images"
        images.mkdir()
        for index in range(max(counts.values())):
            make_image(images / f"{index:06}.jpg", seed=index)
        print(f"data memory is limited to {cap / 2**20:.0f} MB")
        for each, count in counts.items():
            done = subprocess.run(
                [sys.executable, __file__, "feed", str(images), str(count), str(cap)],
                env={**os.environ, "MODELZOO_CACHE": str(Path(temporary) / f"cache{each}")},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(done.stderr)
            decoded, peak = done.stdout.split()
            print(f"{each} x: {count:7,} images, {decoded:>5} MB decoded, peak RSS {peak:>4} MB")


if __name__ == "__main__":
    main()
