"""How fast a folder of images is hashed and decoded, into an empty cache and out of a full one.

`python tests/benchmarks/decoding_speed.py FOLDER [ROUNDS]`, with any folder of JPEGs. It is read
once before, so that the files come from the system's memory and not from the disk.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from modelzoo.data.prepare import prepare
from modelzoo.data.source import FileSplit

SHAPE = (64, 64, 3)
# Files that were written to less than two seconds ago are hashed again.
SECONDS_TO_SETTLE = 2.5


def seconds(paths: list[Path]) -> tuple[float, float]:
    """Of hashing and of all the rest."""
    began = time.perf_counter()
    split = FileSplit(paths, np.zeros(len(paths)))
    split.content_hashes()
    hashed = time.perf_counter()
    prepare(split, SHAPE)
    return hashed - began, time.perf_counter() - hashed


def main() -> None:
    paths = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.suffix == ".jpg")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for path in paths:
        path.read_bytes()
    measured: dict[str, list[tuple[float, float]]] = {"empty cache": [], "full cache": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            os.environ["MODELZOO_CACHE"] = cache
            measured["empty cache"].append(seconds(paths))
            time.sleep(SECONDS_TO_SETTLE)
            seconds(paths)  # sees that the array is whole, and remembers that
            measured["full cache"].append(seconds(paths))
    print(f"{len(paths):,} images to {SHAPE}, medians of {rounds}")
    for name, each in measured.items():
        hashing, rest = map(statistics.median, zip(*each, strict=True))
        rate = len(paths) / (hashing + rest)
        print(f"{name:12} hashing {hashing:5.2f} s, the rest {rest:5.2f} s: {rate:7,.0f} images/s")


if __name__ == "__main__":
    main()
