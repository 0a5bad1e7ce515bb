"""One or more numbers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import LabelError
from modelzoo.task import Task


class Regression(Task):
    """The logits as they are.

    Example:
        >>> Regression(1).decode(np.array([0.25], np.float32), ("size",))["label"]
        'size 0.25'
    """

    activation = "linear"
    monitor = "mae"
    monitor_mode = "min"

    def loss(self) -> keras.losses.Loss:
        """Mean squared error."""
        return keras.losses.MeanSquaredError()

    def metrics(self) -> list[keras.metrics.Metric]:
        """Mean absolute error, in the labels' unit."""
        return [keras.metrics.MeanAbsoluteError(name="mae")]

    def check_labels(self, labels: NDArray[Any]) -> NDArray[np.float32]:
        """Finite numbers as float32 ``(n, num_classes)``."""
        labels = np.asarray(labels)
        if labels.ndim == 1:
            labels = labels[:, None]
        if labels.ndim != 2 or labels.shape[1] != self.num_classes:
            raise LabelError(
                f"Labels have shape {labels.shape}, expected (images, {self.num_classes})."
            )
        if not np.issubdtype(labels.dtype, np.number) or not np.isfinite(labels).all():
            raise LabelError("Labels have to be finite numbers; there is NaN, infinity or text.")
        return labels.astype(np.float32)

    def decode(self, output: NDArray[np.float32], classes: tuple[str, ...]) -> dict[str, Any]:
        """The numbers with their names; no probability."""
        scores = {name: float(each) for name, each in zip(classes, output, strict=True)}
        label = ", ".join(f"{name} {score:.4g}" for name, score in scores.items())
        return {"label": label, "probability": None, "scores": scores}
