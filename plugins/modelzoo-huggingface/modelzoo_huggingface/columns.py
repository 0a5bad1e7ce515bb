"""Which column of a table has the images, and which the labels that a task learns from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from datasets import ClassLabel, Image, LargeList, List, Value

from modelzoo.errors import DatasetError, IncompatibleError
from modelzoo.registry import TaskSpec

__all__ = [
    "find_image_column",
    "find_label_column",
    "is_class",
    "is_number",
    "is_vector",
    "items",
]

_IMAGE_NAMES = ("image", "img")
_LABEL_NAMES = ("label", "labels")

Fits = Callable[[Any], bool]


def find_image_column(features: Mapping[str, Any], wanted: str | None, *, dataset: str) -> str:
    """The column of the images.

    Args:
        features: The type of each column.
        wanted: The column that the user names.
        dataset: The dataset's name, for the error.

    Returns:
        The one of type ``Image``, else the one of bytes; of several the one named ``image`` or
        ``img``.

    Raises:
        DatasetError: There is none, or it can't be told which.

    Example:
        >>> find_image_column({"photo": Image(), "id": Value("int64")}, None, dataset="hf/ada/pets")
        'photo'
    """
    if wanted is not None:
        return _named(features, wanted, dataset, "image")
    for fits in (_is_image, _is_bytes):
        found = [name for name, feature in features.items() if fits(feature)]
        if found:
            return _one_of(found, _IMAGE_NAMES, "images", dataset, "image")
    raise DatasetError(
        f"Dataset {dataset!r} has no images: its columns are {_listed(features)}. "
        "Name a column of image files if there is one: image='NAME'."
    )


def find_label_column(
    features: Mapping[str, Any], task: TaskSpec, wanted: str | None, *, dataset: str
) -> str:
    """The column of the labels that a task learns from.

    Args:
        features: The type of each column.
        task: The task.
        wanted: The column that the user names.
        dataset: The dataset's name, for the error.

    Returns:
        For classes the column of type ``ClassLabel``, else one of text or whole numbers; for
        several classes per image a list of those, or of as many numbers for each image; for
        values one of floating-point numbers, or such a list of them. Of several the one named
        ``label`` or ``labels``.

    Raises:
        IncompatibleError: There is no column of such a type.
        DatasetError: There is no column of the name, or it can't be told which.

    Example:
        >>> from modelzoo import find
        >>> features = {"image": Image(), "breed": ClassLabel(names=["tabby", "pug"])}
        >>> find_label_column(features, find("task", "binary").spec, None, dataset="hf/ada/pets")
        'breed'
    """
    if wanted is not None:
        return _named(features, wanted, dataset, "label")
    for fits in _FITTING[task.labels]:
        found = [name for name, feature in features.items() if fits(feature)]
        if found:
            return _one_of(found, _LABEL_NAMES, "labels", dataset, "label")
    raise IncompatibleError(
        f"Dataset {dataset!r} has no labels for task {task.name!r}, expected a column of "
        f"{_EXPECTED[task.labels]}: its columns are {_listed(features)}. "
        "Choose another task, or name a column: label='NAME'."
    )


def is_class(feature: Any) -> bool:
    """Whether values of a type can name a class: text, whole numbers, yes or no."""
    return isinstance(feature, ClassLabel) or (
        isinstance(feature, Value)
        and feature.dtype.startswith(("string", "large_string", "int", "uint", "bool"))
    )


def is_number(feature: Any) -> bool:
    """Whether values of a type are numbers."""
    return isinstance(feature, Value) and feature.dtype.startswith(("int", "uint", "bool", "float"))


def is_vector(feature: Any) -> bool:
    """Whether values of a type are equally many numbers for each image."""
    return is_number(items(feature)) and getattr(feature, "length", -1) > 0


def items(feature: Any) -> Any:
    """The type of the items of a list; ``None`` for what is no list."""
    return feature.feature if isinstance(feature, List | LargeList) else None


def _is_image(feature: Any) -> bool:
    return isinstance(feature, Image)


def _is_bytes(feature: Any) -> bool:
    # As images are when nobody has said in the file's metadata that they are some.
    inner = feature.get("bytes") if isinstance(feature, dict) else feature
    return isinstance(inner, Value) and inner.dtype in ("binary", "large_binary")


def _is_class_label(feature: Any) -> bool:
    return isinstance(feature, ClassLabel)


def _is_list_of_classes(feature: Any) -> bool:
    inner = items(feature)
    text = isinstance(inner, Value) and inner.dtype in ("string", "large_string")
    return isinstance(inner, ClassLabel) or text


def _is_float(feature: Any) -> bool:
    return isinstance(feature, Value) and feature.dtype.startswith("float")


def _is_float_vector(feature: Any) -> bool:
    return is_vector(feature) and _is_float(items(feature))


# The surest first.
_FITTING: Mapping[str, tuple[Fits, ...]] = {
    "class": (_is_class_label, is_class),
    "multi_hot": (_is_list_of_classes, is_vector),
    "value": (_is_float, _is_float_vector),
}
_EXPECTED = {
    "class": "class labels, text or whole numbers",
    "multi_hot": "lists of class labels or text, or of 0 or 1 for each class",
    "value": "floating-point numbers",
}


def _named(features: Mapping[str, Any], wanted: str, dataset: str, option: str) -> str:
    if wanted not in features:
        raise DatasetError(
            f"Dataset {dataset!r} has no column {wanted!r}, which {option} names: its columns are "
            f"{_listed(features)}."
        )
    return wanted


def _one_of(found: list[str], usual: tuple[str, ...], what: str, dataset: str, option: str) -> str:
    named = [name for name in found if name in usual]
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    raise DatasetError(
        f"Dataset {dataset!r} has several columns that can be its {what}: "
        f"{', '.join(map(repr, found))}. Say which: {option}={found[0]!r}, or --dataset-option "
        f"{option}={found[0]} on the command line."
    )


def _listed(features: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({_type(feature)})" for name, feature in features.items())


def _type(feature: Any) -> str:
    if isinstance(feature, Value):
        return str(feature.dtype)
    inner = items(feature)
    return type(feature).__name__ if inner is None else f"list of {_type(inner)}"
