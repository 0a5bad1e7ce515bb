"""Loss and metrics of a model, in a training and on whole splits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.data.feed import stream_batches
from modelzoo.data.source import ArraySplit
from modelzoo.training.parts import split_parts

__all__ = ["Evaluator"]

EVALUATION_BATCH = 256


class Evaluator:
    """The loss and the metrics of one model, and what they are over the images seen so far.

    Args:
        model: A model of :func:`modelzoo.compose.build_model`, with a head.
        loss: Called with labels and logits.
        metrics: Updated with labels and the model's outputs.
        parts: Into how many parts a batch is cut in :meth:`evaluate`, to be computed side by side.
    """

    def __init__(
        self,
        model: keras.Model,
        *,
        loss: keras.losses.Loss | Callable[..., Any],
        metrics: Sequence[keras.metrics.Metric],
        parts: int = 1,
    ) -> None:
        self.model = model
        self._parts = parts
        # The last layer is the activation: its input is the logits, which losses are computed on.
        last = model.get_layer("probabilities")
        self.forward = keras.Model(model.inputs, [last.input, last.output])
        # `call` is the loss before its reduction: one value per image, or several.
        self._values = loss.call if isinstance(loss, keras.losses.Loss) else loss
        self._metrics = list(metrics)
        self._mean_loss = keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The mean loss and the metrics."""
        return [self._mean_loss, *self._metrics]

    @property
    def variables(self) -> list[keras.Variable]:
        """The state of all metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def loss_values(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """The loss of each image, float32 ``(batch,)``."""
        # Also where the layers compute in bfloat16.
        values = tf.cast(self._values(labels, tf.cast(logits, tf.float32)), tf.float32)
        return tf.reduce_mean(tf.reshape(values, [tf.shape(values)[0], -1]), axis=1)

    def update(
        self,
        labels: tf.Tensor,
        outputs: tf.Tensor,
        values: tf.Tensor,
        weights: tf.Tensor | None = None,
    ) -> None:
        """Take one batch into the metrics, from within a graph.

        Args:
            labels: The labels.
            outputs: The model's outputs for the images.
            values: The images' losses.
            weights: What each image counts, float32 ``(batch,)``: 1, or 0 for none, or the share
                that a label has of a mixed image; ``None``: 1 for all.
        """
        self._mean_loss.update_state(values, sample_weight=weights)
        for metric in self._metrics:
            if weights is None:
                metric.update_state(labels, outputs)
            else:
                metric.update_state(labels, outputs, sample_weight=weights)

    def reset(self) -> None:
        """Start the metrics anew."""
        for metric in self.metrics:
            metric.reset_state()

    def results(self) -> dict[str, float]:
        """The metrics since they were last reset."""
        values: dict[str, float] = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                values.update({name: float(each) for name, each in result.items()})
            else:
                values[metric.name] = float(result)
        return values

    def evaluate(self, split: ArraySplit, labels: NDArray[Any]) -> dict[str, float]:
        """The loss and metrics of a whole split.

        Args:
            split: The images.
            labels: Their labels as the task checked them.

        Returns:
            Values by name.
        """
        self.reset()
        for images, truth in _in_order(split, labels):
            parts = min(self._parts, len(images))
            self._evaluate_batch(tf.constant(images), tf.constant(truth), parts)
        return self.results()

    @tf.function(autograph=False, reduce_retracing=True)
    def _evaluate_batch(self, images: tf.Tensor, labels: tf.Tensor, parts: int) -> None:
        made = [self.forward(each, training=False) for each in split_parts(images, parts).tensors]
        logits, outputs = (tf.concat(each, axis=0) for each in zip(*made, strict=True))
        self.update(labels, outputs, self.loss_values(labels, logits))


def _in_order(split: ArraySplit, labels: NDArray[Any]) -> Iterable[tuple[NDArray[Any], ...]]:
    order = np.arange(len(split), dtype=np.int32)
    return stream_batches((split.images, labels), order, EVALUATION_BATCH)
