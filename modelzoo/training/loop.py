"""The training loop: steps looped inside one compiled graph, each under ``strategy.run``."""

from __future__ import annotations

import keras
import tensorflow as tf

from modelzoo.data.augment import Augmentation
from modelzoo.training.evaluation import Evaluator

__all__ = ["TrainingLoop"]


class TrainingLoop:
    """Compiled training steps of one model.

    The loss of a step is the mean over the images of the whole batch, on however many replicas
    it is split; the gradients of the replicas are added up.

    Args:
        evaluator: The model with its loss and metrics.
        optimizer: Built for the model's trainable variables.
        augmentation: What is done to training images.
        batch_size: Images per step, on all replicas together.
        strategy: What the steps run under; everything above was made in its scope.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        optimizer: keras.optimizers.Optimizer,
        *,
        augmentation: Augmentation,
        batch_size: int,
        strategy: tf.distribute.Strategy,
    ) -> None:
        self._evaluator = evaluator
        self._model = evaluator.model
        self._optimizer = optimizer
        self._augmentation = augmentation
        self._batch_size = batch_size
        self._strategy = strategy

    @tf.function(autograph=False)
    def run_steps(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        transforms: tf.Tensor,
        order: tf.Tensor,
        first: tf.Tensor,
        last: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Train on data that are in memory.

        Args:
            images: All training images, uint8 ``(n, height, width, channels)``.
            labels: All labels.
            transforms: All of the epoch's random transforms, by index of the image.
            order: The epoch's order, int32 ``(n,)``.
            first: The step of the epoch to begin with, int32.
            last: The step to end before, int32.

        Returns:
            The step that was reached and the loss of the last one: a loss that is not finite
            ends the loop.
        """

        def finite(step: tf.Tensor, loss: tf.Tensor) -> tf.Tensor:
            return tf.logical_and(step < last, tf.math.is_finite(loss))

        def one(step: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            rows = order[step * self._batch_size : (step + 1) * self._batch_size]
            batch = (tf.gather(each, rows) for each in (images, labels, transforms))
            return step + 1, self._step(*batch)

        # One iteration after the other: each begins with the weights that the last one left.
        reached, loss = tf.while_loop(finite, one, (first, tf.constant(0.0)), parallel_iterations=1)
        return reached, loss

    @tf.function(autograph=False, reduce_retracing=True)
    def run_batch(self, images: tf.Tensor, labels: tf.Tensor, transforms: tf.Tensor) -> tf.Tensor:
        """Train on one batch, for data that are streamed.

        Args:
            images: uint8 ``(batch, height, width, channels)``.
            labels: Their labels.
            transforms: Their random transforms.

        Returns:
            The batch's loss.
        """
        return self._step(images, labels, transforms)

    def _step(self, images: tf.Tensor, labels: tf.Tensor, transforms: tf.Tensor) -> tf.Tensor:
        per_replica = self._strategy.run(self._replica_step, args=(images, labels, transforms))
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, per_replica, axis=None)

    def _replica_step(
        self, images: tf.Tensor, labels: tf.Tensor, transforms: tf.Tensor
    ) -> tf.Tensor:
        total = tf.shape(images)[0]
        (images, labels, transforms), weight = self._own_share(images, labels, transforms)
        images = self._augmentation.apply(images, transforms)
        with tf.GradientTape() as tape:
            logits, outputs = self._evaluator.forward(images, training=True)
            values = self._evaluator.loss_values(labels, logits)
            if weight is not None:
                values *= weight
            loss = tf.reduce_sum(values) / tf.cast(total, values.dtype)
            for penalty in self._model.losses:
                loss += penalty / self._strategy.num_replicas_in_sync
        variables = self._model.trainable_variables
        gradients = tape.gradient(loss, variables)
        self._optimizer.apply_gradients(zip(gradients, variables, strict=True))
        self._evaluator.update(labels, outputs, values, weight)
        return loss

    def _own_share(self, *tensors: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor | None]:
        """This replica's part of a batch, and the weight of its images where there are replicas.

        A replica for which nothing is left takes one image with weight 0: the layers need one.
        """
        replicas = self._strategy.num_replicas_in_sync
        if replicas == 1:
            return list(tensors), None
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        total = tf.shape(tensors[0])[0]
        begin, end = replica * total // replicas, (replica + 1) * total // replicas
        first = tf.minimum(begin, total - 1)
        weights = tf.fill([tf.maximum(end - begin, 1)], tf.cast(end > begin, tf.float32))
        return [each[first : tf.maximum(end, first + 1)] for each in tensors], weights
