"""What a task is: the head on the features, its loss, metrics, labels and answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from modelzoo.errors import LabelError

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

__all__ = ["Task", "check_class_indices"]


class Task(ABC):
    """The base class of all tasks; a plugin's task is a subclass.

    An instance belongs to one training: it knows how many classes (or values) there are.

    Attributes:
        activation: Name of the Keras activation that turns logits into the model's outputs.
        monitor: Name of the metric that runs are compared by.
        monitor_mode: Whether a larger (``"max"``) or a smaller (``"min"``) value is better.

    Args:
        num_classes: How many classes the labels have; for values: how many of them.
    """

    activation: ClassVar[str] = "linear"
    monitor: ClassVar[str] = "loss"
    monitor_mode: ClassVar[Literal["min", "max"]] = "min"

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes

    @property
    def num_outputs(self) -> int:
        """Width of the logits; the number of classes unless a task says otherwise."""
        return self.num_classes

    def head(self, features: keras.KerasTensor) -> keras.KerasTensor:
        """Put the logits on a backbone's features.

        Args:
            features: Float vector ``(batch, n)``; maps are pooled before they come here.

        Returns:
            Logits, float ``(batch, num_outputs)``, from a layer named ``"logits"``.
        """
        import keras

        return keras.layers.Dense(self.num_outputs, name="logits")(features)

    @abstractmethod
    def loss(self) -> keras.losses.Loss:
        """The loss; it is called with labels as :meth:`check_labels` returns them and logits."""

    @abstractmethod
    def metrics(self) -> list[keras.metrics.Metric]:
        """New metrics; updated with labels and the model's outputs (after the activation)."""

    @abstractmethod
    def check_labels(self, labels: NDArray[Any]) -> NDArray[Any]:
        """The labels in the shape and dtype that the loss takes.

        Args:
            labels: One label per image.

        Raises:
            LabelError: They are not labels of this task.
        """

    @abstractmethod
    def decode(self, output: NDArray[np.float32], classes: tuple[str, ...]) -> dict[str, Any]:
        """One image's answer for a person.

        Args:
            output: The model's output for the image, ``(num_outputs,)``.
            classes: The classes' names.

        Returns:
            ``label`` (text), ``probability`` (0 to 1, or ``None`` where there is no such thing) and
            ``scores`` (name to number).
        """


def check_class_indices(labels: NDArray[Any], num_classes: int) -> NDArray[np.int32]:
    """Labels as int32 ``(n,)`` where each is a class index, and an error where one is not.

    Args:
        labels: Integers, or floats that are whole, ``(n,)`` or ``(n, 1)``.
        num_classes: How many classes there are.

    Raises:
        LabelError: Wrong shape, NaN, not whole numbers, or out of ``0 .. num_classes - 1``.

    Example:
        >>> check_class_indices(np.array([[0], [1]]), 2)
        array([0, 1], dtype=int32)
    """
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 1 and np.issubdtype(labels.dtype, np.floating):
        finite = np.isfinite(labels)
        if not finite.all():
            wrong = int(np.flatnonzero(~finite)[0])
            raise LabelError(
                f"Label {labels[wrong]!s} of image {wrong} is no class, expected one class index "
                "(a whole number) per image."
            )
    if labels.ndim != 1 or not (
        np.issubdtype(labels.dtype, np.integer)
        or labels.dtype == np.bool_
        or (np.issubdtype(labels.dtype, np.floating) and np.array_equal(labels, np.rint(labels)))
    ):
        raise LabelError(
            f"Labels are {labels.dtype} of shape {labels.shape}, expected one class index "
            "(a whole number) per image."
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < num_classes:
        wrong = int(np.flatnonzero((labels < 0) | (labels >= num_classes))[0])
        raise LabelError(
            f"Label {labels[wrong]!s} of image {wrong} is out of range: "
            f"there are {num_classes} classes, so labels go from 0 to {num_classes - 1}."
        )
    return labels.astype(np.int32)
