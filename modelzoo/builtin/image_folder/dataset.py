"""The dataset of a folder with a sub-folder of images per class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from modelzoo.builtin.image_folder.layout import find_images
from modelzoo.data import Dataset, FileSplit
from modelzoo.registry import TaskSpec

__all__ = ["labelled_files", "load"]


def load(*, task: TaskSpec, data_dir: Path) -> Dataset:
    """Find the images of a folder; :func:`.layout.find_images` says which layouts there are.

    Args:
        task: The task; the labels are class indices, in the order of the classes' names.
        data_dir: The folder.

    Returns:
        Splits of files: ``train``, and ``val`` and ``test`` where the folder has them.

    Raises:
        DatasetError: No such folder, or not the images of at least two classes in it.

    Example:
        >>> import tempfile
        >>> from modelzoo.registry import find
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("train/ant", "train/bee"):
        ...     (folder / name).mkdir(parents=True)
        ...     _ = (folder / name / "1.png").write_bytes(b"")
        >>> load(task=find("task", "binary").spec, data_dir=folder).classes
        ('ant', 'bee')
    """
    images = find_images(data_dir)
    classes = tuple(images["train"])
    splits = {split: labelled_files(classes, found) for split, found in images.items()}
    return Dataset(name="image_folder", splits=splits, classes=classes)


def labelled_files(classes: Iterable[str], images: Mapping[str, list[Path]]) -> FileSplit:
    """One split from the files of each class.

    Args:
        classes: The classes' names, in the order of their indices.
        images: The files of each class.

    Returns:
        All files, class by class, with int64 class indices ``(n,)``.

    Example:
        >>> labelled_files(["a", "b"], {"a": [Path("1.png")], "b": [Path("2.png")]}).labels
        array([0, 1])
    """
    found = [images[name] for name in classes]
    labels = np.repeat(np.arange(len(found)), [len(each) for each in found])
    return FileSplit([path for each in found for path in each], labels)
