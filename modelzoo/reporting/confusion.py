"""Which classes a model takes for which, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import ArrayError
from modelzoo.reporting.drawing import make_figure, save, shortened
from modelzoo.task import check_class_indices

__all__ = ["count_confusions", "plot_confusion"]

# More classes than these leave no room for a number in each cell, or for each name on an axis.
_MOST_NUMBERS = 25
_MOST_NAMES = 60


def count_confusions(
    labels: NDArray[Any], predictions: NDArray[Any], num_classes: int
) -> NDArray[np.int64]:
    """How often images of each class were taken for each class.

    Args:
        labels: True class indices, ``(n,)``.
        predictions: Predicted class indices, ``(n,)``.
        num_classes: How many classes there are.

    Returns:
        Counts, int64 ``(num_classes, num_classes)``: a row per true class, a column per answer.

    Raises:
        LabelError: An index is none of a class.
        ArrayError: Not as many predictions as labels.

    Example:
        >>> count_confusions(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
        [[1, 1], [0, 1]]
    """
    truth = check_class_indices(labels, num_classes)
    answers = check_class_indices(predictions, num_classes)
    if len(truth) != len(answers):
        raise ArrayError(
            f"There are {len(truth)} labels and {len(answers)} predictions, expected one for each."
        )
    flat = np.bincount(truth.astype(np.int64) * num_classes + answers, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes).astype(np.int64)


def plot_confusion(
    labels: NDArray[Any], predictions: NDArray[Any], classes: Sequence[str], path: Path
) -> None:
    """Draw the confusion matrix: counts as numbers, shares of the true class as darkness.

    Args:
        labels: True class indices, ``(n,)``.
        predictions: Predicted class indices, ``(n,)``.
        classes: The classes' names.
        path: The file; its suffix says the format.

    Raises:
        LabelError: An index is none of a class.
        ArrayError: Not as many predictions as labels.
        StorageError: The file can't be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "confusion.png"
        >>> plot_confusion(np.array([0, 1]), np.array([0, 0]), ("cat", "dog"), path)
        >>> path.exists()
        True
    """
    counts = count_confusions(labels, predictions, len(classes))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = min(12.0, max(3.2, 0.55 * len(classes)))
    figure = make_figure(side + 2.6, side + 1.4)
    # The square matrix would else push the names beside it out of the picture.
    figure.set_layout_engine("compressed")
    axes = figure.subplots()
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    bar = figure.colorbar(picture, ax=axes, shrink=0.8, format="{x:.0%}")
    bar.set_label("share of the images of the true class")
    every = -(-len(classes) // _MOST_NAMES)
    ticks = range(0, len(classes), every)
    names = [shortened(classes[tick]) for tick in ticks]
    small = 9 if len(classes) <= _MOST_NUMBERS else 6
    axes.set_xticks(ticks, names, rotation=90 if _is_tight(names, side) else 0, parse_math=False)
    axes.set_yticks(ticks, names, parse_math=False)
    axes.tick_params(labelsize=small, length=0)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if len(classes) <= _MOST_NUMBERS:
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count}", ha="center", va="center", color=colour, size=small)
    save(figure, path)


def _is_tight(names: Sequence[str], inches: float) -> bool:
    """Whether the names do not fit beside each other, at 12 characters to an inch."""
    return max(map(len, names)) > 12 * inches / len(names)
