"""MNIST, as one file of arrays or as the four original files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.builtin.mnist.idx import IDX_FILES, find_idx_file, read_idx_splits
from modelzoo.builtin.mnist.plugin import CLASSES
from modelzoo.builtin.npz.arrays import read_arrays
from modelzoo.data import ArraySplit, Dataset
from modelzoo.data.download import fetch
from modelzoo.errors import DatasetError, DownloadError, LabelError
from modelzoo.registry import TaskSpec
from modelzoo.task import check_class_indices

__all__ = ["load"]

# The copy that keras.datasets.mnist downloads, and its hash from there.
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
FILE_NAME = "mnist.npz"

# Of the four original files, unpacked; the same in every public list of them.
CONTENT_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    }
)


def load(*, task: TaskSpec, data_dir: Path | None) -> Dataset:
    """Read MNIST (LeCun, Bottou, Bengio and Haffner, 1998).

    Without ``data_dir`` the file ``mnist.npz`` of Keras is read from the cache folder, where it
    is downloaded to (11 MB) and its SHA-256 is checked.

    Args:
        task: The task; the labels are the digits.
        data_dir: ``mnist.npz``, a folder that has it, or a folder with the four original files,
            as published (``train-images-idx3-ubyte.gz`` and so on) or unpacked. Those of other
            numbers of images are taken for a user's own; else their contents are checked.

    Returns:
        Splits ``train`` (60,000) and ``test`` (10,000), images uint8 ``(n, 28, 28, 1)``.

    Raises:
        DatasetError: ``data_dir`` is not there or has neither, or a file is damaged.
        LabelError: ``mnist.npz`` has labels that are no digits.
        DownloadError: The file can't be fetched.
        StorageError: The cache folder can't be written.
    """
    if data_dir is None:
        splits = _read_npz(_downloaded())
    elif not data_dir.exists():
        raise DatasetError(
            f"There is no folder {data_dir}. Give {FILE_NAME}, or the folder that has it or the "
            "four original files."
        )
    elif data_dir.is_file():
        splits = _read_npz(data_dir)
    elif (data_dir / FILE_NAME).is_file():
        splits = _read_npz(data_dir / FILE_NAME)
    else:
        _check_originals(data_dir)
        splits = read_idx_splits(data_dir, CONTENT_SHA256, own=True)
    return Dataset(name="mnist", splits=splits, classes=CLASSES)


def _downloaded() -> Path:
    try:
        return fetch(URL, sha256=SHA256, folder="mnist", name=FILE_NAME)
    except DownloadError as error:
        raise DownloadError(
            f"{error} Or say data_dir='PATH' for a folder with {FILE_NAME} or the four original "
            "files."
        ) from error


def _read_npz(path: Path) -> dict[str, ArraySplit]:
    arrays = read_arrays(path, ("x_train", "y_train", "x_test", "y_test"))
    for split in ("train", "test"):
        images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
        if images.dtype != np.uint8 or images.ndim != 3 or labels.shape != images.shape[:1]:
            raise DatasetError(
                f"{path} has x_{split} of {images.dtype} {images.shape} and y_{split} of shape "
                f"{labels.shape}, expected uint8 (images, 28, 28) and (images,). Get the original "
                "file, or use dataset 'npz' for arrays of your own."
            )
    return {
        split: ArraySplit(
            arrays[f"x_{split}"][..., None], _digits(arrays[f"y_{split}"], f"y_{split} of {path}")
        )
        for split in ("train", "test")
    }


def _digits(labels: NDArray[Any], what: str) -> NDArray[np.int64]:
    try:
        return check_class_indices(labels, len(CLASSES)).astype(np.int64)
    except LabelError as error:
        raise LabelError(f"{what}: {error}") from error


def _check_originals(folder: Path) -> None:
    try:
        for pair in IDX_FILES.values():
            for name in pair:
                find_idx_file(folder, name)
    except DatasetError as error:
        raise DatasetError(
            f"{error} Nor is {FILE_NAME} there; one or the other is needed."
        ) from error
