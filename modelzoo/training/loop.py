"""The training loop: steps looped inside one compiled graph, each under ``strategy.run``."""

from __future__ import annotations

import keras
import tensorflow as tf

from modelzoo.data.augment import Augmentation
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.parted_model import PartedModel
from modelzoo.training.parts import Parts, split_parts
from modelzoo.training.updates import apply_gradients

__all__ = ["TrainingLoop"]


class TrainingLoop:
    """Compiled training steps of one model.

    The loss of a step is the mean over the images of the whole batch, on however many replicas
    it is split; the gradients of the replicas are added up. The replicas of a strategy are
    devices; those of a CPU are parts of the batch within one graph, a core each.

    Args:
        evaluator: The model with its loss and metrics.
        optimizer: Built for the model's trainable variables.
        augmentation: What is done to training images.
        batch_size: Images per step, on all replicas together.
        strategy: What the steps run under; everything above was made in its scope.
        parts: Into how many parts each batch is cut, or one for each image where there are fewer;
            more than 1 only where the strategy has one replica. ``None``: the model is called as
            Keras calls it.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        optimizer: keras.optimizers.Optimizer,
        *,
        augmentation: Augmentation,
        batch_size: int,
        strategy: tf.distribute.Strategy,
        parts: int | None = None,
    ) -> None:
        self._evaluator = evaluator
        self._model = evaluator.model
        self._optimizer = optimizer
        self._augmentation = augmentation
        self._batch_size = batch_size
        self._strategy = strategy
        self._parts = parts or 1
        self._parted = None if parts is None else PartedModel(evaluator.forward)

    @tf.function(autograph=False)
    def run_steps(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        rows: tf.Tensor,
        order: tf.Tensor,
        first: tf.Tensor,
        last: tf.Tensor,
        partners: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Train on data that are in memory.

        Args:
            images: All training images, uint8 ``(n, height, width, channels)``.
            labels: All labels.
            rows: All of the epoch's random numbers for augmentation, by index of the image.
            order: The epoch's order, int32 ``(n,)``.
            first: The step of the epoch to begin with, int32.
            last: The step to end before, int32.
            partners: What each image is mixed with, int32 ``(n,)``, where images are mixed.

        Returns:
            The step that was reached and the loss of the last one: a loss that is not finite
            ends the loop.
        """
        # The last batch may have fewer images than a batch has parts.
        rest = order.shape[0] % self._batch_size
        is_short = 0 < rest < self._parts

        def finite(step: tf.Tensor, loss: tf.Tensor) -> tf.Tensor:
            return tf.logical_and(step < last, tf.math.is_finite(loss))

        def one(step: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            chosen = order[step * self._batch_size : (step + 1) * self._batch_size]
            indices = [chosen] if partners is None else [chosen, tf.gather(partners, chosen)]
            batch = [tf.gather(each, index) for index in indices for each in (images, labels, rows)]
            if not is_short:
                return step + 1, self._step(self._parts, *batch)
            loss = tf.cond(
                tf.shape(chosen)[0] == rest,
                lambda: self._step(rest, *batch),
                lambda: self._step(self._parts, *batch),
            )
            return step + 1, loss

        # One iteration after the other: each begins with the weights that the last one left.
        reached, loss = tf.while_loop(finite, one, (first, tf.constant(0.0)), parallel_iterations=1)
        return reached, loss

    def run_batch(self, *batch: tf.Tensor) -> tf.Tensor:
        """Train on one batch, for data that are streamed.

        Args:
            *batch: Images, uint8 ``(batch, height, width, channels)``, their labels, and their
                random numbers for augmentation; where images are mixed, the same of their
                partners, too.

        Returns:
            The batch's loss.
        """
        return self._run_batch(min(self._parts, len(batch[0])), *batch)

    @tf.function(autograph=False, reduce_retracing=True)
    def _run_batch(self, parts: int, *batch: tf.Tensor) -> tf.Tensor:
        return self._step(parts, *batch)

    def _step(self, parts: int, *batch: tf.Tensor) -> tf.Tensor:
        per_replica = self._strategy.run(self._replica_step, args=(parts, *batch))
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, per_replica, axis=None)

    def _replica_step(self, parts: int, *batch: tf.Tensor) -> tf.Tensor:
        total = tf.shape(batch[0])[0]
        batch, weight = self._own_share(*batch)
        images, targets = self._prepare(parts, batch, weight)
        with tf.GradientTape() as tape:
            logits, outputs = self._forward(images)
            values = [self._evaluator.loss_values(labels, logits) for labels, _ in targets]
            loss = sum(
                tf.reduce_sum(each if weights is None else each * weights)
                for each, (_, weights) in zip(values, targets, strict=True)
            ) / tf.cast(total, tf.float32)
            for penalty in self._model.losses:
                loss += penalty / self._strategy.num_replicas_in_sync
        variables = self._model.trainable_variables
        gradients = tape.gradient(loss, variables)
        if self._strategy.num_replicas_in_sync == 1:
            apply_gradients(self._optimizer, gradients, variables)
        else:
            self._optimizer.apply_gradients(zip(gradients, variables, strict=True))
        for each, (labels, weights) in zip(values, targets, strict=True):
            self._evaluator.update(labels, outputs, each, weights)
        return loss

    def _prepare(
        self, parts: int, batch: tuple[tf.Tensor, ...], weight: tf.Tensor | None
    ) -> tuple[Parts, list[tuple[tf.Tensor, tf.Tensor | None]]]:
        """The images after augmentation, and labels with the weights that they count with."""
        images, labels, rows, *partner = batch
        if not partner:
            return self._augmented(parts, images, rows), [(labels, weight)]
        partner_images, partner_labels, partner_rows = partner
        own = self._augmented(parts, images, rows).tensors
        other = self._augmented(parts, partner_images, partner_rows).tensors
        own_rows = split_parts(rows, parts).tensors
        mixed = [self._augmentation.mix(*each) for each in zip(own, other, own_rows, strict=True)]
        share = tf.concat([each for _, each in mixed], axis=0)
        weight = tf.ones_like(share) if weight is None else weight
        targets = [(labels, weight * share), (partner_labels, weight * (1 - share))]
        return Parts(each for each, _ in mixed), targets

    def _augmented(self, parts: int, images: tf.Tensor, rows: tf.Tensor) -> Parts:
        pairs = zip(
            split_parts(images, parts).tensors, split_parts(rows, parts).tensors, strict=True
        )
        return Parts(self._augmentation.apply(*each) for each in pairs)

    def _forward(self, images: Parts) -> tuple[tf.Tensor, tf.Tensor]:
        """Logits and outputs of the whole batch."""
        if self._parted is None:
            logits, outputs = self._evaluator.forward(images.whole, training=True)
        else:
            logits, outputs = self._parted(images)
        return logits, outputs

    def _own_share(self, *tensors: tf.Tensor) -> tuple[tuple[tf.Tensor, ...], tf.Tensor | None]:
        """This replica's part of a batch, and the weight of its images where there are replicas.

        A replica for which nothing is left takes one image with weight 0: the layers need one.
        """
        replicas = self._strategy.num_replicas_in_sync
        if replicas == 1:
            return tensors, None
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        total = tf.shape(tensors[0])[0]
        begin, end = replica * total // replicas, (replica + 1) * total // replicas
        first = tf.minimum(begin, total - 1)
        weights = tf.fill([tf.maximum(end - begin, 1)], tf.cast(end > begin, tf.float32))
        return tuple(each[first : tf.maximum(end, first + 1)] for each in tensors), weights
