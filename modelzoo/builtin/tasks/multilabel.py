"""Any number of several classes at once: a logit per class, each on its own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import LabelError
from modelzoo.task import Task


class Multilabel(Task):
    """Sigmoid of each logit.

    Example:
        >>> output = np.array([0.9, 0.2, 0.6], np.float32)
        >>> Multilabel(3).decode(output, ("a", "b", "c"))["label"]
        'a, c'
    """

    activation = "sigmoid"
    monitor = "accuracy"
    monitor_mode = "max"

    def loss(self) -> keras.losses.Loss:
        """Binary cross-entropy of each class on its logit, averaged over the classes."""
        return keras.losses.BinaryCrossentropy(from_logits=True)

    def metrics(self) -> list[keras.metrics.Metric]:
        """Share of right answers per class at one half, and area under the ROC curve."""
        return [
            keras.metrics.BinaryAccuracy(name="accuracy"),
            keras.metrics.AUC(name="auc", multi_label=True, num_labels=self.num_classes),
        ]

    def check_labels(self, labels: NDArray[Any]) -> NDArray[np.float32]:
        """Zeros and ones as float32 ``(n, num_classes)``."""
        labels = np.asarray(labels)
        if labels.ndim != 2 or labels.shape[1] != self.num_classes:
            raise LabelError(
                f"Labels have shape {labels.shape}, expected (images, {self.num_classes}): "
                "0 or 1 for each class."
            )
        if not np.isin(labels, (0, 1)).all():
            wrong = labels[~np.isin(labels, (0, 1))][0]
            raise LabelError(f"A label is {wrong!s}, expected 0 or 1 for each class.")
        return labels.astype(np.float32)

    def decode(self, output: NDArray[np.float32], classes: tuple[str, ...]) -> dict[str, Any]:
        """The classes of probability one half or more; no single probability."""
        scores = {name: float(each) for name, each in zip(classes, output, strict=True)}
        chosen = [name for name, score in scores.items() if score >= 0.5]
        return {"label": ", ".join(chosen), "probability": None, "scores": scores}
