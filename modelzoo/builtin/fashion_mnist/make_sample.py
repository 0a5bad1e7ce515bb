"""Makes ``sample.npz``: ``python -m modelzoo.builtin.fashion_mnist.make_sample [FOLDER]``.

The folder is the one with the four files of Fashion-MNIST; default: where Debian puts them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.builtin.fashion_mnist.dataset import DEBIAN_FOLDER, read_folder
from modelzoo.builtin.fashion_mnist.plugin import CLASSES
from modelzoo.builtin.fashion_mnist.sample import SAMPLE_FILE
from modelzoo.data import ArraySplit

_IMAGES_PER_CLASS = {"train": 600, "test": 100}


def make_sample(folder: Path) -> dict[str, NDArray[Any]]:
    """The first images of each class, in the order that they have in their set.

    Args:
        folder: The folder with the four files of Fashion-MNIST.

    Returns:
        ``x_train`` and ``x_test``, uint8 ``(n, 28, 28)``; ``y_train`` and ``y_test``, uint8
        ``(n,)``.

    Raises:
        DatasetError: A file is missing or not the original one.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for split, whole in read_folder(folder).items():
        chosen = _first_of_each_class(whole, _IMAGES_PER_CLASS[split])
        arrays[f"x_{split}"] = whole.images[chosen, :, :, 0]
        arrays[f"y_{split}"] = whole.labels[chosen].astype(np.uint8)
    return arrays


def _first_of_each_class(split: ArraySplit, n: int) -> NDArray[np.int64]:
    each = [np.flatnonzero(split.labels == index)[:n] for index in range(len(CLASSES))]
    return np.sort(np.concatenate(each))


if __name__ == "__main__":
    sample = make_sample(Path(sys.argv[1]) if sys.argv[1:] else DEBIAN_FOLDER)
    np.savez_compressed(SAMPLE_FILE, allow_pickle=False, **sample)
