"""Labels of a table's column as a task takes them, with the names of the classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from datasets import ClassLabel
from numpy.typing import NDArray

from modelzoo.errors import IncompatibleError, LabelError
from modelzoo.registry import LabelKind
from modelzoo_huggingface.columns import is_class, is_number, is_vector, items

__all__ = ["UNLABELLED", "read_labels"]

# What datasets of the Hub have in place of a label that is kept secret or was never made.
UNLABELLED = -1

Labels = tuple[tuple[str, ...], dict[str, NDArray[Any]]]


def read_labels(
    values: Mapping[str, Sequence[Any]], feature: Any, kind: LabelKind, *, column: str
) -> Labels:
    """The classes' names, and the labels of each split.

    Args:
        values: The column's values by split, ``"train"`` among them.
        feature: The column's type.
        kind: The kind of label that is wanted.
        column: The column's name, for errors and to name a value.

    Returns:
        Names of the classes: those of the ``ClassLabel``, else the different values of the
        training split, sorted; for numbers the column's name. And labels by split: class indices
        ``(n,)``, -1 where there is none; 0 or 1 ``(n, classes)``; or numbers ``(n,)`` or
        ``(n, values)``.

    Raises:
        IncompatibleError: The column has not this kind of label.
        LabelError: A value can't be a label.

    Example:
        >>> from datasets import Value
        >>> read_labels({"train": ["pug", "tabby", "pug"]}, Value("string"), "class", column="pet")
        (('pug', 'tabby'), {'train': array([0, 1, 0])})
    """
    inner = items(feature)
    if kind == "class" and is_class(feature):
        return _classes(values, feature, column)
    if kind == "multi_hot" and is_class(inner) and not is_vector(feature):
        return _sets_of_classes(values, inner, column)
    if kind == "value" and is_number(feature):
        numbers = {split: [_or_nan(each) for each in found] for split, found in values.items()}
        return (column,), _arrays(numbers)
    if kind != "class" and is_vector(feature):
        missing = [np.nan] * feature.length
        vectors = {split: [each or missing for each in found] for split, found in values.items()}
        return tuple(f"{column} {index}" for index in range(feature.length)), _arrays(vectors)
    raise IncompatibleError(
        f"Column {column!r} is {feature!r}, which has no labels of kind {kind!r}. "
        "Choose another task or another column: label='NAME'."
    )


def _classes(values: Mapping[str, Sequence[Any]], feature: Any, column: str) -> Labels:
    names, index_of = _named_classes(values["train"], feature, column)
    if not isinstance(feature, ClassLabel) and len(names) == len(values["train"]) > 2:
        raise LabelError(
            f"Column {column!r} has another value for each of {len(names)} images, so it does not "
            "name classes. Name the column that does: label='NAME'."
        )
    return names, {
        split: np.array(
            [UNLABELLED if each is None else index_of(each) for each in found], np.int64
        )
        for split, found in values.items()
    }


def _sets_of_classes(values: Mapping[str, Sequence[Any]], inner: Any, column: str) -> Labels:
    seen = [each for found in values["train"] for each in found or ()]
    names, index_of = _named_classes(seen, inner, column)
    labels = {}
    for split, sets in values.items():
        labels[split] = np.zeros((len(sets), len(names)), np.uint8)
        for row, found in zip(labels[split], sets, strict=True):
            indices = [index_of(each) for each in found or ()]
            if not all(0 <= each < len(names) for each in indices):
                raise LabelError(
                    f"Column {column!r} has {found!r}, expected class indices of 0 to "
                    f"{len(names) - 1}."
                )
            row[indices] = 1
    return names, labels


def _named_classes(
    train: Sequence[Any], feature: Any, column: str
) -> tuple[tuple[str, ...], Callable[[Any], int]]:
    """The classes' names, and what gives the index of a value."""
    if isinstance(feature, ClassLabel):
        # They are indices already; one that is out of range is told with its image's number.
        return tuple(feature.names), int
    different = sorted({each for each in train if each is not None})
    indices = {each: index for index, each in enumerate(different)}

    def index_of(value: Any) -> int:
        if value not in indices:
            raise LabelError(
                f"Column {column!r} has {value!r} in another split than the training split, whose "
                f"classes are {', '.join(map(repr, different[:8]))}."
            )
        return indices[value]

    return tuple(map(str, different)), index_of


def _or_nan(value: Any) -> Any:
    # What is missing becomes NaN, which nobody takes for a label.
    return np.nan if value is None else value


def _arrays(numbers: Mapping[str, Sequence[Any]]) -> dict[str, NDArray[Any]]:
    return {split: np.array(found, np.float32) for split, found in numbers.items()}
