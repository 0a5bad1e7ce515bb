"""One of two classes: a single logit, for the class of index 1."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.task import Task, check_class_indices


class Binary(Task):
    """Sigmoid of one logit; the probability of the second class.

    Example:
        >>> Binary(2).decode(np.array([0.9], np.float32), ("cat", "dog"))["label"]
        'dog'
    """

    activation = "sigmoid"
    monitor = "accuracy"
    monitor_mode = "max"

    @property
    def num_outputs(self) -> int:
        """One: the second class's logit."""
        return 1

    def loss(self) -> keras.losses.Loss:
        """Binary cross-entropy on the logit."""
        return keras.losses.BinaryCrossentropy(from_logits=True)

    def metrics(self) -> list[keras.metrics.Metric]:
        """Accuracy at a probability of one half."""
        return [keras.metrics.BinaryAccuracy(name="accuracy")]

    def check_labels(self, labels: NDArray[Any]) -> NDArray[np.float32]:
        """Indices 0 and 1 as float32 ``(n, 1)``."""
        return check_class_indices(labels, 2)[:, None].astype(np.float32)

    def decode(self, output: NDArray[np.float32], classes: tuple[str, ...]) -> dict[str, Any]:
        """The more probable class and its probability."""
        second = float(output[0])
        scores = {classes[0]: 1.0 - second, classes[1]: second}
        label = classes[int(second >= 0.5)]
        return {"label": label, "probability": scores[label], "scores": scores}
