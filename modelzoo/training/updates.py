"""Optimizers' updates, by TensorFlow's fused operations where these compute the same."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf

__all__ = ["apply_gradients"]


def apply_gradients(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[tf.Tensor | None],
    variables: Sequence[keras.Variable],
) -> None:
    """Do one update, as ``optimizer.apply_gradients`` does; from within a graph.

    Adam as it comes is one operation for each variable instead of a dozen; its state stays in the
    optimizer's own variables.

    Args:
        optimizer: Built for the variables, and maybe more.
        gradients: One per variable.
        variables: The model's trainable variables.
    """
    if not _is_plain_adam(optimizer, gradients, variables):
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return
    rate = tf.cast(optimizer.learning_rate, tf.float32)
    step = tf.cast(optimizer.iterations.value + 1, tf.float32)
    for gradient, variable in zip(gradients, variables, strict=True):
        # Some may have been frozen since the optimizer was built.
        index = optimizer._get_variable_index(variable)
        first, second = optimizer._momentums[index], optimizer._velocities[index]
        tf.raw_ops.ResourceApplyAdam(
            var=variable.value.handle,
            m=first.value.handle,
            v=second.value.handle,
            beta1_power=tf.pow(optimizer.beta_1, step),
            beta2_power=tf.pow(optimizer.beta_2, step),
            lr=rate,
            beta1=optimizer.beta_1,
            beta2=optimizer.beta_2,
            epsilon=optimizer.epsilon,
            grad=gradient,
        )
    optimizer.iterations.assign_add(1)


def _is_plain_adam(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[tf.Tensor | None],
    variables: Sequence[keras.Variable],
) -> bool:
    return (
        type(optimizer) is keras.optimizers.Adam
        and not optimizer.amsgrad
        and not optimizer.use_ema
        and not optimizer.weight_decay
        and optimizer.clipnorm is None
        and optimizer.clipvalue is None
        and optimizer.global_clipnorm is None
        and optimizer.loss_scale_factor is None
        and optimizer.gradient_accumulation_steps is None
        and all(isinstance(each, tf.Tensor) for each in gradients)
        and all(each.dtype == "float32" and each.constraint is None for each in variables)
    )
