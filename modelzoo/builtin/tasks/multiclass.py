"""One of several classes: a logit per class."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.task import Task, check_class_indices


class Multiclass(Task):
    """Softmax over the classes.

    Example:
        >>> Multiclass(3).decode(np.array([0.1, 0.7, 0.2], np.float32), ("a", "b", "c"))["label"]
        'b'
    """

    activation = "softmax"
    monitor = "accuracy"
    monitor_mode = "max"

    def loss(self) -> keras.losses.Loss:
        """Cross-entropy of the label's class on the logits."""
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def metrics(self) -> list[keras.metrics.Metric]:
        """Accuracy of the most probable class."""
        return [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]

    def check_labels(self, labels: NDArray[Any]) -> NDArray[np.int32]:
        """Class indices as int32 ``(n,)``."""
        return check_class_indices(labels, self.num_classes)

    def decode(self, output: NDArray[np.float32], classes: tuple[str, ...]) -> dict[str, Any]:
        """The most probable class, its probability, and the probabilities of all."""
        best = int(np.argmax(output))
        scores = {name: float(each) for name, each in zip(classes, output, strict=True)}
        return {"label": classes[best], "probability": float(output[best]), "scores": scores}
