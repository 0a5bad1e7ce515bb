"""The dataset of a user's own arrays, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.builtin.npz.arrays import read_arrays
from modelzoo.data import ArraySplit, Dataset
from modelzoo.errors import ArrayError, DatasetError, LabelError
from modelzoo.registry import LabelKind, TaskSpec

__all__ = ["load"]

_CHANNELS = (1, 3)


def load(*, task: TaskSpec, data_dir: Path) -> Dataset:
    """Read images and labels from a ``.npz`` file.

    The file has arrays ``x_train``, ``y_train``, ``x_test``, ``y_test``, and may have ``x_val``,
    ``y_val`` and ``classes``. Images are uint8 ``(n, height, width)`` or ``(n, height, width,
    channels)`` of 0-255, grey or RGB. Labels are class indices ``(n,)``, 0 or 1 for each class
    ``(n, classes)``, or values ``(n,)`` or ``(n, values)``, as the task wants them.

    How many classes there are is said by ``classes``, their names; without it by ``y_train``: the
    largest index and one, or the number of columns. Other labels have to fit to that.

    Args:
        task: The task to give labels for.
        data_dir: The file.

    Returns:
        Splits ``train`` and ``test``, and ``val`` where the file has it.

    Raises:
        DatasetError: No such file, a damaged one, or without an array that is needed.
        ArrayError: Images of another shape or dtype, or NaN; the message says how to convert them.
        LabelError: ``y_train`` does not say how many classes there are.

    Example:
        >>> import tempfile
        >>> from modelzoo.registry import find
        >>> path = Path(tempfile.mkdtemp()) / "mine.npz"
        >>> x, y = np.zeros((4, 8, 8), np.uint8), np.array([0, 1, 2, 0])
        >>> np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y, classes=["a", "b", "c"])
        >>> load(task=find("task", "multiclass").spec, data_dir=path).classes
        ('a', 'b', 'c')
    """
    required = ("x_train", "y_train", "x_test", "y_test")
    arrays = read_arrays(data_dir, required, optional=("x_val", "y_val", "classes"))
    if ("x_val" in arrays) != ("y_val" in arrays):
        raise DatasetError(f"{data_dir} has one of x_val and y_val, expected both or neither.")
    splits = {
        split: ArraySplit(
            _images(arrays[f"x_{split}"], f"x_{split} of {data_dir}"), arrays[f"y_{split}"]
        )
        for split in ("train", "val", "test")
        if f"x_{split}" in arrays
    }
    if "classes" in arrays:
        classes = _names(arrays["classes"], data_dir)
    else:
        classes = _unnamed(arrays["y_train"], task.labels, f"y_train of {data_dir}")
    return Dataset(name="npz", splits=splits, classes=classes)


def _images(images: NDArray[Any], what: str) -> NDArray[np.uint8]:
    if images.dtype != np.uint8:
        raise ArrayError(f"{what} is {images.dtype}, expected uint8 of 0-255. {_advice(images)}")
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or images.shape[3] not in _CHANNELS or 0 in images.shape:
        raise ArrayError(
            f"{what} has shape {images.shape}, expected (images, height, width) or "
            "(images, height, width, channels) with 1 channel (grey) or 3 (RGB)."
        )
    return images


def _advice(images: NDArray[Any]) -> str:
    if not np.issubdtype(images.dtype, np.number) or np.iscomplexobj(images):
        return "Save the images as an array of whole numbers."
    finite = np.isfinite(images)
    if not finite.all():
        found = _first_not_finite(images, finite)
        return f"It has {found}: find out why before you convert it."
    low, high = (images.min(), images.max()) if images.size else (0, 0)
    if low < 0 or high > 255:
        return f"Its values go from {low:g} to {high:g}: undo what was done to the pixels first."
    if np.issubdtype(images.dtype, np.floating) and high <= 1:
        return "Convert it: (x * 255).round().astype('uint8')."
    return "Convert it: x.round().astype('uint8')."


def _first_not_finite(array: NDArray[Any], finite: NDArray[np.bool_]) -> str:
    place = tuple(map(int, np.argwhere(~finite)[0]))
    value = "NaN" if np.isnan(array[place]) else "infinity"
    return f"{value}, first at {place[0] if len(place) == 1 else place}"


def _names(classes: NDArray[Any], path: Path) -> tuple[str, ...]:
    if classes.ndim != 1 or classes.dtype.kind != "U" or len(set(classes)) < len(classes):
        raise DatasetError(
            f"classes of {path} is {classes.dtype} of shape {classes.shape}, expected the classes' "
            "names, each once: numpy.array(['cat', 'dog'])."
        )
    return tuple(map(str, classes))


def _unnamed(labels: NDArray[Any], kind: LabelKind, what: str) -> tuple[str, ...]:
    if kind == "class":
        return tuple(map(str, range(_largest_index(labels, what) + 1)))
    if kind == "value":
        count = labels.shape[1] if labels.ndim == 2 else 1
        return ("value",) if count == 1 else tuple(f"value {n}" for n in range(count))
    if labels.ndim != 2:
        raise LabelError(
            f"{what} has shape {labels.shape}, expected (images, classes): 0 or 1 for each class."
        )
    return tuple(map(str, range(labels.shape[1])))


def _largest_index(labels: NDArray[Any], what: str) -> int:
    expected = "expected a class index of 0 or more for each image"
    one_each = labels.ndim == 1 or (labels.ndim == 2 and labels.shape[1] == 1)
    if not one_each or labels.dtype.kind not in "iufb" or not labels.size:
        raise LabelError(f"{what} is {labels.dtype} of shape {labels.shape}, {expected}.")
    finite = np.isfinite(labels)
    if not finite.all():
        raise LabelError(f"{what} has {_first_not_finite(labels, finite)}, {expected}.")
    low, high = labels.min(), labels.max()
    # The limit keeps values from being taken for classes.
    if low < 0 or high >= max(len(labels), 2):
        raise LabelError(
            f"{what} has labels from {low} to {high} for {len(labels)} images, {expected}. "
            "Save the classes' names as an array 'classes' if there are so many; for labels that "
            "are no classes use task 'regression'."
        )
    return int(high)
