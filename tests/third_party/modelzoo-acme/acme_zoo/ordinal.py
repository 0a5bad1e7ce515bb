import keras
import numpy as np

from modelzoo import Task


class Ordinal(Task):
    """One logit for each class but the first: is it at least this one?"""

    activation = "sigmoid"
    monitor = "threshold_accuracy"
    monitor_mode = "max"

    @property
    def num_outputs(self):
        return self.num_classes - 1

    def loss(self):
        return keras.losses.BinaryCrossentropy(from_logits=True)

    def metrics(self):
        return [keras.metrics.BinaryAccuracy(name="threshold_accuracy")]

    def check_labels(self, labels):
        return (np.asarray(labels)[:, None] > np.arange(self.num_outputs)).astype(np.float32)

    def decode(self, output, classes):
        at_least = np.concatenate([[1.0], np.minimum.accumulate(output), [0.0]])
        scores = dict(zip(classes, (at_least[:-1] - at_least[1:]).tolist(), strict=True))
        label = max(scores, key=scores.get)
        return {"label": label, "probability": scores[label], "scores": scores}
