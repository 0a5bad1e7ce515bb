"""A dataset as it lies on the Hub: parquet files of encoded images, whose types are in them.

``python tests/pets.py FOLDER`` writes one, for ``modelzoo check modelzoo-huggingface --data-dir``.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from PIL import Image

CLASSES = ("cat", "dog")
CARD = b"---\nlicense: mit\n---\n# Pets\n"


def png(seed: int, size: int = 12) -> bytes:
    """An image file that no other seed has."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def parquet(features: dict[str, Any], **columns: Sequence[Any]) -> bytes:
    """The bytes of a parquet file with the types of its columns in its metadata."""
    table = datasets.Dataset.from_dict(columns, features=datasets.Features(features))
    file = io.BytesIO()
    table.to_parquet(file)
    return file.getvalue()


def images(count: int, first_seed: int = 0) -> list[dict[str, Any]]:
    """Values of a column of images."""
    return [{"bytes": png(first_seed + each), "path": f"{each}.png"} for each in range(count)]


def pets(count: int, first_seed: int = 0) -> bytes:
    """A parquet file of cats and dogs in turn."""
    return parquet(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(CLASSES))},
        image=images(count, first_seed),
        label=[each % 2 for each in range(count)],
    )


def repository(train: int = 8, test: int = 4) -> dict[str, bytes]:
    """The files of a dataset of cats and dogs."""
    return {
        "README.md": CARD,
        "data/train-00000-of-00001.parquet": pets(train),
        "data/test-00000-of-00001.parquet": pets(test, first_seed=1000),
    }


def write(folder: Path) -> None:
    """Write a dataset that is large enough for every check of the conformance kit."""
    for name, data in repository(train=20, test=8).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
