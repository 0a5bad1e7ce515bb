"""The task's code; this module is imported when a model gets its head."""

import keras
import numpy as np

from modelzoo import Task
from modelzoo.errors import LabelError


class Smooth(Task):
    """Softmax whose labels are moved towards the mean of all classes.

    Args:
        num_classes: How many classes there are.
        smoothing: How far, 0 to 1.
    """

    activation = "softmax"
    monitor = "accuracy"
    monitor_mode = "max"

    def __init__(self, num_classes, *, smoothing):
        super().__init__(num_classes)
        self.smoothing = smoothing

    def loss(self):
        """Cross-entropy on the logits, with the smoothed labels."""
        return keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=self.smoothing
        )

    def metrics(self):
        """How often the most probable class is the right one."""
        return [keras.metrics.CategoricalAccuracy(name="accuracy")]

    def check_labels(self, labels):
        """Class indices ``(n,)`` as float32 ``(n, num_classes)`` with a single 1 each."""
        labels = np.asarray(labels)
        if labels.ndim != 1 or not np.isin(labels, np.arange(self.num_classes)).all():
            raise LabelError(
                f"Labels of shape {labels.shape} are not one class index from 0 to "
                f"{self.num_classes - 1} per image."
            )
        return np.eye(self.num_classes, dtype=np.float32)[labels.astype(int)]

    def decode(self, output, classes):
        """The most probable class."""
        scores = {name: float(each) for name, each in zip(classes, output, strict=True)}
        label = max(scores, key=scores.get)
        return {"label": label, "probability": scores[label], "scores": scores}
