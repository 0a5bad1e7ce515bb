"""The sample of Fashion-MNIST that ships with the package."""

from __future__ import annotations

from pathlib import Path

from modelzoo.builtin.fashion_mnist.plugin import CLASSES
from modelzoo.builtin.npz.arrays import read_arrays
from modelzoo.data import ArraySplit, Dataset
from modelzoo.errors import OptionError
from modelzoo.registry import TaskSpec

__all__ = ["SAMPLE_FILE", "load"]

SAMPLE_FILE = Path(__file__).with_name("sample.npz")


def load(*, task: TaskSpec, data_dir: Path | None) -> Dataset:
    """Read the sample: 600 training and 100 test images of each class.

    They are the first ones of their class in the training and in the test set of Fashion-MNIST,
    chosen by ``make_sample.py``. Copyright 2017 Zalando SE, MIT licence (``LICENSE.sample.txt``).

    Args:
        task: The task; the labels are class indices.
        data_dir: Has to be ``None``: the file is part of the package.

    Returns:
        Splits ``train`` (6,000) and ``test`` (1,000), images uint8 ``(n, 28, 28, 1)``.

    Raises:
        OptionError: ``data_dir`` was given.
        DatasetError: The file was damaged.

    Example:
        >>> from modelzoo.registry import find
        >>> dataset = load(task=find("task", "multiclass").spec, data_dir=None)
        >>> dataset.splits["train"].images.shape
        (6000, 28, 28, 1)
    """
    if data_dir is not None:
        raise OptionError(
            f"data_dir={str(data_dir)!r} was given, but dataset 'fashion_mnist_sample' is part of "
            "the package. Leave data_dir out, or use dataset 'fashion_mnist' for files of yours."
        )
    arrays = read_arrays(SAMPLE_FILE, ("x_train", "y_train", "x_test", "y_test"))
    splits = {
        split: ArraySplit(arrays[f"x_{split}"][..., None], arrays[f"y_{split}"].astype("int64"))
        for split in ("train", "test")
    }
    return Dataset(name="fashion_mnist_sample", splits=splits, classes=CLASSES)
