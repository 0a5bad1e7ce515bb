"""Batch norm of a batch in parts, what can be done in one go with it, and the gradients.

A batch is cut into parts that are computed side by side, one per core. The statistics are those
of the whole batch: each part sums up its own, which are combined before anything is normalised.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from modelzoo.layers.native.activations import LINEAR, Activation
from modelzoo.layers.native.library import kernels
from modelzoo.layers.native.windows import Parts, Window, shaped_by, shaped_like

if TYPE_CHECKING:
    import keras

__all__ = ["Normalization", "normalize", "normalized_depthwise_conv"]


class Normalization:
    """The statistics of a batch at one batch norm layer, and what follows from them.

    The layer's moving statistics are moved on, once.

    Args:
        layer: A built batch norm layer over the last axis.
        parts: Float32 maps ``(batch, ..., channels)``.
        moments: Their moments where the operation that made them knows them already.
    """

    def __init__(
        self, layer: keras.layers.BatchNormalization, parts: Parts, moments: Parts | None
    ) -> None:
        native = kernels()
        self.parts = list(parts)
        channels = [parts[0].shape[-1]]
        self.gamma = tf.ones(channels) if layer.gamma is None else layer.gamma.value.read_value()
        self.beta = tf.zeros(channels) if layer.beta is None else layer.beta.value.read_value()
        if moments is None:
            moments = [native.modelzoo_batch_norm_moments(x=x) for x in parts]
        self.moments = list(moments)
        self.coefficients, mean, variance = native.modelzoo_batch_norm_coefficients(
            gamma=self.gamma,
            beta=self.beta,
            moving_mean=layer.moving_mean.value,
            moving_variance=layer.moving_variance.value,
            moments=self.moments,
            epsilon=layer.epsilon,
            momentum=layer.momentum,
        )
        layer.moving_mean.value.assign(tf.ensure_shape(mean, channels))
        layer.moving_variance.value.assign(tf.ensure_shape(variance, channels))

    def gradients(self, sums: Parts) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The gradients of gamma and beta, and the factors of the input's gradient."""
        gamma, beta, factors = kernels().modelzoo_batch_norm_gradient_factors(
            coefficients=self.coefficients, moments=self.moments, sums=list(sums)
        )
        shape = self.gamma.shape
        return tf.ensure_shape(gamma, shape), tf.ensure_shape(beta, shape), factors


def normalize(normalization: Normalization, activation: Activation = LINEAR) -> list[tf.Tensor]:
    """Batch norm, activated: that of ``gamma * (x - mean) / sqrt(variance + epsilon) + beta``.

    Args:
        normalization: The layer's.
        activation: What follows it.

    Returns:
        Maps like the parts. Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1.
    """
    native = kernels()
    settings = dataclasses.asdict(activation)

    @tf.custom_gradient
    def forward(gamma: tf.Tensor, beta: tf.Tensor, *parts: tf.Tensor) -> Any:
        del gamma, beta  # they are in the coefficients
        outputs = [
            shaped_like(
                x,
                native.modelzoo_batch_norm_normalize(
                    x=x, coefficients=normalization.coefficients, **settings
                ),
            )
            for x in parts
        ]

        def gradient(*upstream: tf.Tensor) -> Any:
            pairs = list(zip(upstream, parts, strict=True))
            sums = [
                native.modelzoo_batch_norm_gradient_sums(
                    dy=dy, x=x, coefficients=normalization.coefficients, **settings
                )
                for dy, x in pairs
            ]
            gamma_gradient, beta_gradient, factors = normalization.gradients(sums)
            return (
                gamma_gradient,
                beta_gradient,
                *(_input_gradient(normalization, dy, x, factors, activation) for dy, x in pairs),
            )

        return outputs, gradient

    return list(forward(normalization.gamma, normalization.beta, *normalization.parts))


def normalized_depthwise_conv(
    normalization: Normalization,
    kernel: tf.Tensor,
    window: Window,
    activation: Activation = LINEAR,
) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """Batch norm, activated, and a depthwise convolution of that in one go.

    Args:
        normalization: The batch norm layer's; its parts are maps
            ``(batch, height, width, channels)``.
        kernel: Float32 ``(3, 3, channels, 1)`` or ``(5, 5, channels, 1)``.
        window: How the kernel moves.
        activation: What follows the batch norm.

    Returns:
        Maps ``(batch, window.height, window.width, channels)``, and their moments for a batch
        norm that follows.
    """
    native = kernels()
    settings = {**dataclasses.asdict(activation), **dataclasses.asdict(window)}
    count = len(normalization.parts)

    @tf.custom_gradient
    def forward(gamma: tf.Tensor, beta: tf.Tensor, kernel: tf.Tensor, *parts: tf.Tensor) -> Any:
        del gamma, beta
        made = [
            native.modelzoo_depthwise(
                x=x, coefficients=normalization.coefficients, kernel=kernel, **settings
            )
            for x in parts
        ]
        outputs = [shaped_by(window, x, each.z) for each, x in zip(made, parts, strict=True)]

        def gradient(*upstream: tf.Tensor) -> Any:
            found = [
                native.modelzoo_depthwise_gradient(
                    dz=dz,
                    x=x,
                    coefficients=normalization.coefficients,
                    kernel=kernel,
                    **settings,
                )
                for dz, x in zip(upstream[:count], parts, strict=True)
            ]
            gamma_gradient, beta_gradient, factors = normalization.gradients(
                [each.sums for each in found]
            )
            return (
                gamma_gradient,
                beta_gradient,
                shaped_like(kernel, tf.add_n([each.dk for each in found])),
                *(
                    _input_gradient(normalization, each.g, x, factors, LINEAR)
                    for each, x in zip(found, parts, strict=True)
                ),
            )

        return [*outputs, *(each.moments for each in made)], gradient

    made = forward(normalization.gamma, normalization.beta, kernel, *normalization.parts)
    return list(made[:count]), [tf.stop_gradient(each) for each in made[count:]]


def _input_gradient(
    normalization: Normalization,
    dy: tf.Tensor,
    x: tf.Tensor,
    factors: tf.Tensor,
    activation: Activation,
) -> tf.Tensor:
    return shaped_like(
        x,
        kernels().modelzoo_batch_norm_input_gradient(
            dy=dy,
            x=x,
            coefficients=normalization.coefficients,
            factors=factors,
            **dataclasses.asdict(activation),
        ),
    )
