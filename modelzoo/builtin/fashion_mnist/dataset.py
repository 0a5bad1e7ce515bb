"""Fashion-MNIST from the first place that has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from modelzoo.builtin.fashion_mnist.plugin import CLASSES
from modelzoo.builtin.mnist.idx import read_idx_splits
from modelzoo.data import ArraySplit, Dataset
from modelzoo.data.download import fetch
from modelzoo.errors import DatasetError, DownloadError
from modelzoo.registry import TaskSpec
from modelzoo.storage import cache_folder

__all__ = ["load", "read_folder"]

# Where Debian's package dataset-fashion-mnist puts the files.
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")

ADDRESSES = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)

# Of the files as they are published. Debian compresses the same contents once more.
COMPRESSED_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        "train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        "t10k-images-idx3-ubyte.gz": (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    }
)

CONTENT_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "train-labels-idx1-ubyte": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "t10k-images-idx3-ubyte": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "t10k-labels-idx1-ubyte": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    }
)


def load(*, task: TaskSpec, data_dir: Path | None) -> Dataset:
    """Read Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv:1708.07747).

    Looks in the cache folder, then where Debian's package ``dataset-fashion-mnist`` puts the
    files, then downloads them (31 MB). Whatever their source, the contents are checked by their
    SHA-256.

    Args:
        task: The task; the labels are class indices.
        data_dir: The folder with the four files, as published or unpacked; nothing else is looked
            at then.

    Returns:
        Splits ``train`` (60,000) and ``test`` (10,000), images uint8 ``(n, 28, 28, 1)``.

    Raises:
        DatasetError: ``data_dir`` is not there, lacks a file, or has another in its place.
        DownloadError: The files are nowhere here and can't be fetched.
        StorageError: The cache folder can't be written.
    """
    if data_dir is not None and not data_dir.exists():
        raise DatasetError(
            f"There is no folder {data_dir}. Give the folder that has the four files, or none to "
            "have them downloaded."
        )
    if data_dir is not None:
        splits = read_folder(data_dir)
    else:
        splits = _read_from_here() or _download()
    return Dataset(name="fashion_mnist", splits=splits, classes=CLASSES)


def read_folder(folder: Path) -> dict[str, ArraySplit]:
    """Read the four files of a folder and check their contents.

    Raises:
        DatasetError: A file is missing, damaged or another one.
    """
    return read_idx_splits(folder, CONTENT_SHA256)


def _read_from_here() -> dict[str, ArraySplit] | None:
    for folder in (cache_folder() / "fashion_mnist", DEBIAN_FOLDER):
        try:
            return read_folder(folder)
        except DatasetError:
            continue  # not there, or damaged: the next place has it whole
    return None


def _download() -> dict[str, ArraySplit]:
    try:
        for name, sha256 in COMPRESSED_SHA256.items():
            urls = [address + name for address in ADDRESSES]
            folder = fetch(*urls, sha256=sha256, folder="fashion_mnist").parent
    except DownloadError as error:
        raise DownloadError(
            f"{error} Or install Debian's package dataset-fashion-mnist, say data_dir='PATH' for "
            "a folder with the four files, or use dataset 'fashion_mnist_sample'."
        ) from error
    return read_folder(folder)
