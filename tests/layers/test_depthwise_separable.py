"""The blocks' numbers against a NumPy computation in float64 that shares no code with Keras."""

import keras
import numpy as np
import pytest

from modelzoo.layers import conv_block, depthwise_separable_block

EPSILON = 1e-3  # Keras's default in batch norm


def random_weights(model):
    """Random values for all weights, float64; variances positive."""
    generator = np.random.default_rng(7)
    for weight in model.weights:
        low, high = (0.3, 2.0) if "variance" in weight.path else (-1.0, 1.0)
        weight.assign(generator.uniform(low, high, weight.shape))
    return [np.asarray(weight, np.float64) for weight in model.weights]


def padded(x, kernel, strides, symmetric):
    """Zeros around the maps: as Keras's "same", or one row and column behind."""
    if not symmetric:
        return np.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0)))
    pads = []
    for size in x.shape[1:3]:
        total = max((-(-size // strides) - 1) * strides + kernel - size, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x, ((0, 0), *pads, (0, 0)))


def windows(x, kernel, strides):
    """The patch under the kernel at each output position, ``(n, y, x, c, kernel, kernel)``."""
    views = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(1, 2))
    return views[:, ::strides, ::strides]


def norm_relu6(x, gamma, beta, mean, variance):
    return np.clip((x - mean) / np.sqrt(variance + EPSILON) * gamma + beta, 0, 6)


def convolution(x, kernel, strides):
    patches = windows(padded(x, kernel.shape[0], strides, symmetric=True), kernel.shape[0], strides)
    return np.einsum("nyxcij,ijco->nyxo", patches, kernel)


def depthwise(x, kernel, strides):
    patches = windows(padded(x, 3, strides, symmetric=strides == 1), 3, strides)
    return np.einsum("nyxcij,ijcm->nyxc", patches, kernel)


def images(size):
    return np.random.default_rng(3).uniform(-2, 2, (2, *size, 3))


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("size", [(8, 8), (7, 10), (3, 2)])
def test_the_separable_block_computes_what_the_paper_defines(size, strides):
    inputs = keras.Input((*size, 3))
    block = depthwise_separable_block(inputs, 5, strides=strides, index=1)
    model = keras.Model(inputs, block)
    dw, *dw_norm, pw = (weights := random_weights(model))[:6]
    pw_norm = weights[6:]
    x = images(size)

    expected = norm_relu6(depthwise(x, dw, strides), *dw_norm)
    expected = norm_relu6(np.einsum("nyxc,co->nyxo", expected, pw[0, 0]), *pw_norm)

    np.testing.assert_allclose(model(x.astype(np.float32)), expected, atol=1e-5)


@pytest.mark.parametrize("kernel_size", [1, 3])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("size", [(8, 8), (7, 10)])
def test_the_full_block_computes_a_convolution_batch_norm_and_relu6(size, strides, kernel_size):
    inputs = keras.Input((*size, 3))
    block = conv_block(inputs, 5, kernel_size=kernel_size, strides=strides, name="conv")
    model = keras.Model(inputs, block)
    kernel, *norm = random_weights(model)
    x = images(size)

    expected = norm_relu6(convolution(x, kernel, strides), *norm)

    np.testing.assert_allclose(model(x.astype(np.float32)), expected, atol=1e-5)


def test_batch_norm_uses_the_batch_in_training():
    inputs = keras.Input((6, 6, 3))
    model = keras.Model(inputs, depthwise_separable_block(inputs, 4, index=1))
    before = np.asarray(model.get_layer("conv_dw_1_bn").moving_mean)
    model(images((6, 6)).astype(np.float32), training=True)
    assert not np.array_equal(before, np.asarray(model.get_layer("conv_dw_1_bn").moving_mean))
