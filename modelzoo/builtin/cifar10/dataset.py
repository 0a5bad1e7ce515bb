"""CIFAR-10 from its binary version: the other one would have to be unpickled."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelzoo.builtin.cifar10.plugin import CLASSES
from modelzoo.data import ArraySplit, Dataset
from modelzoo.data.download import fetch, writing_to_cache
from modelzoo.errors import DatasetError, DownloadError, LabelError
from modelzoo.registry import TaskSpec
from modelzoo.storage import atomic_folder, cache_folder

__all__ = ["load"]

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
# As TensorFlow Datasets pins it (url_checksums/cifar10.txt).
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"

FOLDER_NAME = "cifar-10-batches-bin"
_FILES = {
    "train": tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("test_batch.bin",),
}
_SHAPE = (3, 32, 32)
_RECORD_BYTES = 1 + 3 * 32 * 32


def load(*, task: TaskSpec, data_dir: Path | None) -> Dataset:
    """Read CIFAR-10 (Krizhevsky, 2009).

    Without ``data_dir`` the binary version is downloaded once (170 MB), checked by its SHA-256
    and unpacked into the cache folder.

    Args:
        task: The task; the labels are class indices.
        data_dir: The folder with ``data_batch_1.bin`` to ``data_batch_5.bin`` and
            ``test_batch.bin``, or one that holds it as ``cifar-10-batches-bin``.

    Returns:
        Splits ``train`` (50,000) and ``test`` (10,000), images uint8 ``(n, 32, 32, 3)``.

    Raises:
        DatasetError: ``data_dir`` is not there or lacks a file, or one is cut off.
        LabelError: A file has labels that CIFAR-10 does not have.
        DownloadError: The archive can't be fetched.
        StorageError: The cache folder can't be written.
    """
    if data_dir is not None and not data_dir.exists():
        raise DatasetError(
            f"There is no folder {data_dir}. Give the folder that has the files of the binary "
            "version, or none to have them downloaded."
        )
    folder = _downloaded() if data_dir is None else data_dir
    if (folder / FOLDER_NAME).is_dir():
        folder /= FOLDER_NAME
    splits = {split: _read_split(folder, names) for split, names in _FILES.items()}
    return Dataset(name="cifar10", splits=splits, classes=CLASSES)


def _downloaded() -> Path:
    folder = cache_folder() / "cifar10" / FOLDER_NAME
    if folder.is_dir():
        return folder
    try:
        archive = fetch(URL, sha256=SHA256, folder="cifar10")
    except DownloadError as error:
        raise DownloadError(
            f"{error} Or say data_dir='PATH' for a folder with the files of the binary version."
        ) from error
    with (
        writing_to_cache(),
        tarfile.open(archive) as packed,
        atomic_folder(folder) as unpacked,
    ):
        for name in (name for names in _FILES.values() for name in names):
            member = packed.extractfile(f"{FOLDER_NAME}/{name}")
            assert member is not None, "the archive's hash was checked: it has these files"
            (unpacked / name).write_bytes(member.read())
    archive.unlink()  # its files are beside it now, and would be there twice
    return folder


def _read_split(folder: Path, names: Sequence[str]) -> ArraySplit:
    records = np.concatenate([_read_records(folder, name) for name in names])
    # A record is the label and then all red, all green and all blue values, row by row
    # (https://www.cs.toronto.edu/~kriz/cifar.html).
    images = records[:, 1:].reshape(-1, *_SHAPE).transpose(0, 2, 3, 1)
    return ArraySplit(np.ascontiguousarray(images), records[:, 0].astype(np.int64))


def _read_records(folder: Path, name: str) -> NDArray[np.uint8]:
    path = folder / name
    if not path.is_file():
        pickled = path.with_suffix("").is_file()
        raise DatasetError(
            f"{folder} has no file {name}. "
            + (
                "It has the pickled version, and nothing is ever unpickled here. "
                if pickled
                else ""
            )
            + f"Expected the files of the binary version, {URL}."
        )
    try:
        values = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror or error}.") from error
    if not values.size or values.size % _RECORD_BYTES:
        raise DatasetError(
            f"{path} has {values.size} bytes, expected a multiple of {_RECORD_BYTES}, one label "
            "and one image each. It is cut off or another file: get it again."
        )
    records = values.reshape(-1, _RECORD_BYTES)
    if records[:, 0].max() >= len(CLASSES):
        wrong = int(records[:, 0].argmax())
        raise LabelError(
            f"Image {wrong} of {path} has label {records[wrong, 0]}, expected 0 to "
            f"{len(CLASSES) - 1}. It is not a file of CIFAR-10's binary version."
        )
    return records
