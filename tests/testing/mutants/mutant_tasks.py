"""One task that is as it should be, and one broken in each way that the kit has a check for."""

import keras
import numpy as np
import tensorflow as tf

from modelzoo import Task
from modelzoo.errors import LabelError


class Intact(Task):
    """One of several classes."""

    activation = "softmax"
    monitor = "accuracy"
    monitor_mode = "max"

    def loss(self):
        return keras.losses.CategoricalCrossentropy(from_logits=True)

    def metrics(self):
        return [keras.metrics.CategoricalAccuracy(name="accuracy")]

    def check_labels(self, labels):
        labels = np.asarray(labels)
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.ndim != 1 or not np.isin(labels, np.arange(self.num_classes)).all():
            raise LabelError("not class indices")
        return np.eye(self.num_classes, dtype=np.float32)[labels.astype(int)]

    def decode(self, output, classes):
        scores = {name: float(each) for name, each in zip(classes, output, strict=True)}
        label = max(scores, key=scores.get)
        return {"label": label, "probability": scores[label], "scores": scores}


class CanNotBeMade(Intact):
    def __init__(self, num_classes):
        raise RuntimeError("no")


class ForThreeClasses(Intact):
    def __init__(self, num_classes):
        super().__init__(num_classes)
        if num_classes != 3:
            raise ValueError("three")


class OneLogitTooMany(Intact):
    def head(self, features):
        return keras.layers.Dense(self.num_outputs + 1, name="logits")(features)


class OtherName(Intact):
    def head(self, features):
        return keras.layers.Dense(self.num_outputs, name="scores")(features)


@keras.saving.register_keras_serializable(package="mutants")
class Float32Dense(keras.layers.Dense):
    def call(self, inputs):
        return tf.add(super().call(inputs), tf.zeros(()))


class Float32Only(Intact):
    def head(self, features):
        return Float32Dense(self.num_outputs, name="logits")(features)


class Halved(Intact):
    def head(self, features):
        halved = keras.layers.Lambda(lambda x: x / 2)(features)
        return keras.layers.Dense(self.num_outputs, name="logits")(halved)


class NoColumns(Intact):
    def check_labels(self, labels):
        if np.asarray(labels).ndim != 1:
            raise LabelError("one dimension")
        return super().check_labels(labels)


class DtypeOfLabels(Intact):
    def check_labels(self, labels):
        return super().check_labels(labels).astype(np.asarray(labels).dtype)


class TakesAnything(Intact):
    def check_labels(self, labels):
        labels = np.asarray(labels)
        return np.eye(self.num_classes, dtype=np.float32)[labels.ravel().astype(int)]


class ValueErrors(Intact):
    def check_labels(self, labels):
        try:
            return super().check_labels(labels)
        except LabelError as error:
            raise ValueError(str(error)) from None


class LogOfSoftmax(Intact):
    def loss(self):
        class Unsafe(keras.losses.Loss):
            def call(self, labels, logits):
                return -keras.ops.sum(labels * keras.ops.log(keras.ops.softmax(logits)), axis=-1)

        return Unsafe()


class OfTheBatch(Intact):
    def loss(self):
        class Centred(keras.losses.Loss):
            def call(self, labels, logits):
                logits = logits - keras.ops.mean(logits, axis=0)
                return keras.losses.categorical_crossentropy(labels, logits, from_logits=True)

        return Centred()


class NothingToLearn(Intact):
    def loss(self):
        class Constant(keras.losses.Loss):
            def call(self, labels, logits):
                return 1.0 + 0.0 * keras.ops.sum(logits, axis=-1)

        return Constant()


class TwoOfOneName(Intact):
    def metrics(self):
        return super().metrics() * 2


class CountsAll(Intact):
    def metrics(self):
        class Accuracy(keras.metrics.CategoricalAccuracy):
            def update_state(self, labels, outputs, sample_weight=None):
                return super().update_state(labels, outputs)

        return [Accuracy(name="accuracy")]


class RemembersAll(Intact):
    def metrics(self):
        class Accuracy(keras.metrics.CategoricalAccuracy):
            def reset_state(self):
                pass

        return [Accuracy(name="accuracy")]


class OtherMonitor(Intact):
    monitor = "val_accuracy"


class OtherMode(Intact):
    monitor_mode = "min"


class NoScores(Intact):
    def decode(self, output, classes):
        answer = super().decode(output, classes)
        return {"label": answer["label"], "probability": answer["probability"]}


class NumpyScores(Intact):
    def decode(self, output, classes):
        scores = dict(zip(classes, output, strict=True))
        label = max(scores, key=scores.get)
        return {"label": label, "probability": scores[label], "scores": scores}


class Backwards(Intact):
    def decode(self, output, classes):
        return super().decode(output, classes[::-1])
