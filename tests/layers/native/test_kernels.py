"""Every operation of the kernels against NumPy in float64, which shares no code with them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from modelzoo.layers.native.library import load_library

EPSILON, MOMENTUM = 1e-3, 0.9
CHANNELS = [1, 3, 8, 24, 32, 128]
# (height, width, kernel, stride, top, left, height and width of the result)
WINDOWS = [
    (6, 6, 3, 1, 1, 1, 6, 6),
    (7, 5, 3, 1, 1, 1, 7, 5),
    (1, 1, 3, 1, 1, 1, 1, 1),
    (8, 6, 3, 2, 0, 0, 4, 3),
    (7, 9, 3, 2, 1, 1, 4, 5),
    (7, 8, 5, 1, 2, 2, 7, 8),
    (9, 6, 5, 2, 2, 1, 5, 3),
    (6, 7, 5, 2, 2, 2, 3, 4),
    (2, 3, 5, 2, 1, 2, 1, 2),
    (37, 41, 3, 1, 1, 1, 37, 41),
    (9, 9, 3, 1, 0, 0, 7, 7),
]


class Activation(NamedTuple):
    """The attributes by which an operation knows it, what it is, and its derivative."""

    attributes: dict[str, float | bool]
    function: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray], np.ndarray]


RELU6 = Activation(
    {"low": 0.0, "high": 6.0},
    lambda y: np.clip(y, 0, 6),
    lambda y: ((y > 0) & (y < 6)).astype(np.float64),
)
HARD_SWISH = Activation(
    {"low": 0.0, "high": 0.0, "hard_swish": True},
    lambda y: y * np.clip(y + 3, 0, 6) / 6,
    lambda y: np.where(abs(y) < 3, y / 3 + 0.5, (y > 0).astype(np.float64)),
)
each_activation = pytest.mark.parametrize(
    "activation", [RELU6, HARD_SWISH], ids=["relu6", "hard_swish"]
)


@pytest.fixture(scope="module")
def kernels():
    library = load_library()
    if library.operations is None:
        pytest.skip(library.reason)
    return library.operations


def maps(*shape, seed=0):
    return np.random.default_rng(seed).normal(0.5, 1.5, shape).astype(np.float32)


def coefficients(channels):
    """Scale, shift, mean, 1 / deviation: anything will do."""
    return np.random.default_rng(1).uniform(0.5, 1.5, (4, channels)).astype(np.float32)


def close(actual, expected, tolerance=2e-5):
    """Within float32 of the largest value."""
    expected = np.asarray(expected)
    scale = np.abs(expected).max(initial=1.0)
    np.testing.assert_allclose(np.asarray(actual), expected, rtol=tolerance, atol=tolerance * scale)


def moments_of(x):
    values = x.astype(np.float64).reshape(-1, x.shape[-1])
    mean = values.mean(axis=0)
    return np.stack([np.full_like(mean, len(values)), mean, ((values - mean) ** 2).sum(axis=0)])


def affine(x, table):
    return x.astype(np.float64) * table[0] + table[1]


def before(activation, gradient, x, table):
    """The gradient of the normalised maps, from that of what the activation makes of them."""
    return gradient.astype(np.float64) * activation.derivative(x * table[0] + table[1])


def sums_of(gradient, x, table):
    axes = tuple(range(x.ndim - 1))
    return np.stack([gradient.sum(axes), (gradient * (x - table[2].astype(np.float64))).sum(axes)])


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("size", [1, 5, 23])
def test_moments_are_number_mean_and_squared_deviations(kernels, channels, size):
    x = maps(3, size, size, channels)
    close(kernels.modelzoo_batch_norm_moments(x=x), moments_of(x))


def test_moments_are_right_far_from_zero(kernels):
    x = maps(4, 16, 16, 8) + 1000
    close(kernels.modelzoo_batch_norm_moments(x=x)[2], moments_of(x)[2], 1e-4)


def test_moments_of_no_values_are_zero(kernels):
    np.testing.assert_array_equal(
        kernels.modelzoo_batch_norm_moments(x=maps(0, 4, 4, 8)), np.zeros((3, 8))
    )


def combined(kernels, parts, gamma, beta, mean, variance):
    return kernels.modelzoo_batch_norm_coefficients(
        gamma=gamma,
        beta=beta,
        moving_mean=mean,
        moving_variance=variance,
        moments=[kernels.modelzoo_batch_norm_moments(x=part) for part in parts],
        epsilon=EPSILON,
        momentum=MOMENTUM,
    )


@pytest.mark.parametrize("cuts", [[], [2], [0], [1, 4]])
def test_coefficients_are_those_of_the_whole_batch(kernels, cuts):
    x = maps(6, 4, 4, 24)
    gamma, beta, old_mean, old_variance = coefficients(24)
    table, mean, variance = combined(
        kernels, np.split(x, cuts), gamma, beta, old_mean, old_variance
    )
    count, expected_mean, squares = moments_of(x)
    inverse = 1 / np.sqrt(squares / count + EPSILON)
    close(table, [gamma * inverse, beta - expected_mean * gamma * inverse, expected_mean, inverse])
    close(mean, old_mean * MOMENTUM + expected_mean * (1 - MOMENTUM))
    close(variance, old_variance * MOMENTUM + squares / count * (1 - MOMENTUM))


@each_activation
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("shape", [(2, 5, 7), (3,), (0, 4, 4)])
def test_normalize_scales_shifts_and_activates(kernels, channels, shape, activation):
    x, table = maps(*shape, channels), coefficients(channels)
    y = kernels.modelzoo_batch_norm_normalize(x=x, coefficients=table, **activation.attributes)
    close(y, activation.function(affine(x, table)))


@each_activation
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("shape", [(2, 5, 7), (3,), (0, 4, 4), (9, 31, 17)])
def test_gradient_sums(kernels, channels, shape, activation):
    x, dy, table = maps(*shape, channels), maps(*shape, channels, seed=2), coefficients(channels)
    sums = kernels.modelzoo_batch_norm_gradient_sums(
        dy=dy, x=x, coefficients=table, **activation.attributes
    )
    close(sums, sums_of(before(activation, dy, x, table), x, table))


@pytest.mark.parametrize(
    ("activation", "of_tensorflow"),
    [(RELU6, tf.nn.relu6), (HARD_SWISH, lambda y: y * tf.nn.relu6(y + 3) / 6)],
    ids=["relu6", "hard_swish"],
)
@pytest.mark.parametrize("channels", CHANNELS)
def test_the_gradient_of_a_batch_in_parts_is_that_of_tensorflow(
    kernels, channels, activation, of_tensorflow
):
    x, dy = maps(6, 5, 3, channels), maps(6, 5, 3, channels, seed=2)
    gamma, beta, mean, variance = coefficients(channels)
    inputs = [tf.constant(each, tf.float64) for each in (x, gamma, beta)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        batch_mean, batch_variance = tf.nn.moments(inputs[0], [0, 1, 2])
        y = tf.nn.batch_normalization(
            inputs[0], batch_mean, batch_variance, inputs[2], inputs[1], EPSILON
        )
        loss = tf.reduce_sum(of_tensorflow(y) * dy.astype(np.float64))
    expected = tape.gradient(loss, inputs)

    pairs = list(zip(np.split(x, [2]), np.split(dy, [2]), strict=True))
    table, *_ = combined(kernels, np.split(x, [2]), gamma, beta, mean, variance)
    settings = {"coefficients": table, **activation.attributes}
    d_gamma, d_beta, factors = kernels.modelzoo_batch_norm_gradient_factors(
        coefficients=table,
        moments=[kernels.modelzoo_batch_norm_moments(x=part) for part, _ in pairs],
        sums=[
            kernels.modelzoo_batch_norm_gradient_sums(dy=up, x=part, **settings)
            for part, up in pairs
        ],
    )
    dx = [
        kernels.modelzoo_batch_norm_input_gradient(dy=up, x=part, factors=factors, **settings)
        for part, up in pairs
    ]
    close(np.concatenate(dx), expected[0], 1e-4)
    close(d_gamma, expected[1], 1e-4)
    close(d_beta, expected[2], 1e-4)


def window_of(case):
    _, _, kernel, stride, top, left, height, width = case
    return kernel, {"stride": stride, "top": top, "left": left, "height": height, "width": width}


def patches_of(maps, kernel, window):
    """The pixel under each place of the kernel, ``(i, j, result)``, and where in padded maps."""
    stride, height, width = window["stride"], window["height"], window["width"]
    below = max((height - 1) * stride + kernel - maps.shape[1] - window["top"], 0)
    right = max((width - 1) * stride + kernel - maps.shape[2] - window["left"], 0)
    padded = np.pad(maps, ((0, 0), (window["top"], below), (window["left"], right), (0, 0)))
    for i in range(kernel):
        for j in range(kernel):
            place = np.s_[:, i : i + height * stride : stride, j : j + width * stride : stride]
            yield i, j, place, padded


def depthwise_reference(x, table, weights, window, activation):
    activated = activation.function(affine(x, table))
    return sum(
        padded[place][:, : window["height"], : window["width"]] * weights[i, j, :, 0]
        for i, j, place, padded in patches_of(activated, len(weights), window)
    )


def depthwise_gradient_reference(dz, x, table, weights, window, activation):
    kernel = len(weights)
    activated = activation.function(affine(x, table))
    d_weights, d_padded = np.zeros(weights.shape), None
    for i, j, place, padded in patches_of(activated, kernel, window):
        d_padded = np.zeros(padded.shape) if d_padded is None else d_padded
        d_weights[i, j, :, 0] = (padded[place] * dz).sum((0, 1, 2))
        d_padded[place] += dz * weights[i, j, :, 0].astype(np.float64)
    top, left = window["top"], window["left"]
    d_activated = d_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return before(activation, d_activated, x, table), d_weights


def depthwise_inputs(case, channels, images=3):
    kernel, window = window_of(case)
    x = maps(images, case[0], case[1], channels)
    weights = maps(kernel, kernel, channels, 1, seed=3)
    dz = maps(images, window["height"], window["width"], channels, seed=4)
    return x, coefficients(channels), weights, dz, window


@each_activation
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_depthwise_convolution_and_its_moments(kernels, case, channels, activation):
    x, table, weights, _, window = depthwise_inputs(case, channels)
    z, moments = kernels.modelzoo_depthwise(
        x=x, coefficients=table, kernel=weights, **activation.attributes, **window
    )
    expected = depthwise_reference(x, table, weights, window, activation)
    close(z, expected)
    close(moments, moments_of(expected), 1e-4)


@each_activation
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_the_gradient_of_depthwise_convolution(kernels, case, channels, activation):
    x, table, weights, dz, window = depthwise_inputs(case, channels)
    settings = {"dz": dz, "x": x, "coefficients": table, "kernel": weights, **window}
    g, dk, sums = kernels.modelzoo_depthwise_gradient(**activation.attributes, **settings)
    expected, expected_dk = depthwise_gradient_reference(dz, x, table, weights, window, activation)
    close(g, expected)
    close(dk, expected_dk, 1e-4)
    close(sums, sums_of(expected, x, table), 1e-4)


def test_depthwise_convolution_of_no_images(kernels):
    x, table, weights, dz, window = depthwise_inputs(WINDOWS[0], 16, images=0)
    settings = {"x": x, "coefficients": table, "kernel": weights, **RELU6.attributes}
    z, moments = kernels.modelzoo_depthwise(**settings, **window)
    g, dk, sums = kernels.modelzoo_depthwise_gradient(dz=dz, **settings, **window)
    assert z.shape == g.shape == (0, 6, 6, 16)
    for zeros in (moments, dk, sums):
        np.testing.assert_array_equal(zeros, np.zeros(zeros.shape))


@each_activation
@pytest.mark.parametrize("channels", [1, 8, 32])
def test_nan_spreads_to_all_that_depends_on_it(kernels, channels, activation):
    x, table, weights, dz, window = depthwise_inputs(WINDOWS[0], channels)
    bad_x, bad_dz = x.copy(), dz.copy()
    bad_x[1, 2, 3, 0] = bad_dz[1, 2, 3, 0] = np.nan
    settings = {"coefficients": table, **activation.attributes}
    y = kernels.modelzoo_batch_norm_normalize(x=bad_x, **settings).numpy()
    z, z_moments = kernels.modelzoo_depthwise(x=bad_x, kernel=weights, **settings, **window)
    g, dk, _ = kernels.modelzoo_depthwise_gradient(
        dz=bad_dz, x=x * 0 + 1, kernel=weights, **settings, **window
    )
    moments = kernels.modelzoo_batch_norm_moments(x=bad_x).numpy()
    assert np.argwhere(np.isnan(y)).tolist() == [[1, 2, 3, 0]]
    for maps in (z.numpy(), g.numpy()):
        assert np.isnan(maps[1, 1:4, 2:5, 0]).all()
        assert np.isnan(maps).sum() == 9
    for per_channel in (moments[1:], z_moments.numpy()[1:], dk.numpy()[:, :, :, 0].reshape(9, -1)):
        assert np.isnan(per_channel[:, 0]).all()
        assert not np.isnan(per_channel[:, 1:]).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stride": 3}, "a stride of 1 or 2"),
        ({"stride": 0}, "a stride of 1 or 2"),
        ({"top": -1}, "top and left of 0 or more"),
        ({"height": 0}, "height and width of 1 or more"),
        ({"kernel": np.zeros((4, 4, 16, 1), np.float32)}, "a kernel"),
        ({"kernel": np.zeros((3, 5, 16, 1), np.float32)}, "a kernel"),
        ({"kernel": np.zeros((3, 3, 8, 1), np.float32)}, "for the channels of the maps"),
        ({"kernel": np.zeros((3, 3, 16, 2), np.float32)}, "a kernel"),
        ({"x": np.zeros((2, 6, 16), np.float32)}, r"maps \(batch, height, width, channels\)"),
        ({"x": np.zeros((2, 0, 6, 16), np.float32)}, "of one pixel or more"),
        ({"coefficients": np.zeros((4, 8), np.float32)}, "Expected 64 values .* received 32"),
        ({"dz": np.zeros((3, 5, 6, 16), np.float32)}, "an upstream gradient of the shape"),
    ],
)
def test_depthwise_convolution_refuses_what_it_would_misread(kernels, change, message):
    x, table, weights, dz, window = depthwise_inputs(WINDOWS[0], 16)
    settings = {"x": x, "coefficients": table, "kernel": weights, **RELU6.attributes}
    settings |= {"dz": dz, **window, **change}
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        kernels.modelzoo_depthwise_gradient(**settings)


def test_batch_norm_refuses_what_it_would_misread(kernels):
    x, table = maps(2, 3, 3, 8), coefficients(8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="4 per channel"):
        kernels.modelzoo_batch_norm_normalize(x=x, coefficients=table[:3], **RELU6.attributes)
    with pytest.raises(tf.errors.InvalidArgumentError, match="one channel or more"):
        kernels.modelzoo_batch_norm_moments(x=maps(2, 3, 3, 0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="an upstream gradient"):
        kernels.modelzoo_batch_norm_gradient_sums(
            dy=x[:1], x=x, coefficients=table, **RELU6.attributes
        )
    with pytest.raises(tf.errors.InvalidArgumentError, match="2 per channel"):
        kernels.modelzoo_batch_norm_input_gradient(
            dy=x, x=x, coefficients=table, factors=table, **RELU6.attributes
        )


# ---------------------------------------------------------------------------------------------
# Separable convolutions with bias and ReLU that max pooling follows.

IMAGES = [(64, 21, 3), (3, 3, 1), (5, 3, 3), (7, 9, 2), (20, 33, 4), (30, 30, 1), (6, 18, 3)]


@pytest.mark.parametrize("shape", IMAGES)
def test_images_are_convolved(kernels, shape):
    x, kernel = maps(2, *shape), maps(3, 3, shape[-1], 1, seed=1)
    expected = tf.nn.depthwise_conv2d(
        x.astype(np.float64), kernel.astype(np.float64), [1, 1, 1, 1], "VALID"
    )
    close(kernels.modelzoo_image_depthwise(x=x, kernel=kernel), expected)


@pytest.mark.parametrize("shape", IMAGES)
def test_the_gradient_of_the_kernel_that_convolves_images(kernels, shape):
    height, width, channels = shape
    x, dz = maps(2, *shape), maps(2, height - 2, width - 2, channels, seed=1)
    expected = tf.nn.depthwise_conv2d_backprop_filter(
        x.astype(np.float64),
        (3, 3, channels, 1),
        dz.astype(np.float64),
        [1, 1, 1, 1],
        "VALID",
    )
    close(kernels.modelzoo_image_depthwise_gradient(dz=dz, x=x), expected)


def test_images_with_a_nan_give_nan_where_it_is_seen(kernels):
    x = maps(1, 5, 5, 1)
    x[0, 4, 4, 0] = np.nan
    z = np.asarray(kernels.modelzoo_image_depthwise(x=x, kernel=maps(3, 3, 1, 1, seed=1)))
    assert np.isnan(z[0, 2, 2, 0])
    assert np.isfinite(z[0, :2]).all()


@pytest.mark.parametrize("shape", [(2, 5, 4), (5, 5, 5), (2, 2, 1)])
def test_what_is_no_image_is_not_convolved_as_one(kernels, shape):
    with pytest.raises(tf.errors.InvalidArgumentError, match="images"):
        kernels.modelzoo_image_depthwise(x=maps(1, *shape), kernel=maps(3, 3, shape[-1], 1))


POOLED = [
    (62, 62, 3, 32), (29, 27, 32, 32), (14, 14, 32, 64), (9, 8, 24, 16), (4, 6, 48, 16),
    (5, 4, 1, 48), (2, 2, 2, 16), (3, 3, 4, 16),
]  # fmt: skip


def pooled_reference(x, kernel, bias):
    """In float64, in the order of Keras: bias, ReLU, and pooling at last."""
    x, kernel, bias = (tf.constant(each.astype(np.float64)) for each in (x, kernel, bias))
    with tf.GradientTape() as tape:
        tape.watch([x, kernel, bias])
        y = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID") + bias)
        pooled = tf.nn.max_pool2d(y, 2, 2, "VALID")
        dy = np.random.default_rng(3).normal(size=pooled.shape)
        total = tf.reduce_sum(pooled * dy)
    return pooled, dy.astype(np.float32), tape.gradient(total, [x, kernel, bias])


@pytest.mark.parametrize("case", POOLED)
def test_pooling_first_is_pooling_last(kernels, case):
    height, width, inputs, outputs = case
    x, kernel = maps(2, height, width, inputs), maps(1, 1, inputs, outputs, seed=1)
    bias = maps(outputs, seed=2)
    pooled, dy, gradients = pooled_reference(x, kernel, bias)
    y, winners = kernels.modelzoo_pointwise_pool(x=x, kernel=kernel, bias=bias)
    close(y, pooled)
    found = kernels.modelzoo_pointwise_pool_gradient(dy=dy, winners=winners, x=x, kernel=kernel)
    for each, expected in zip(found, gradients, strict=True):
        close(each, expected)


def test_of_equal_values_the_first_gets_the_gradient(kernels):
    x, kernel = np.ones((1, 2, 2, 1), np.float32), np.ones((1, 1, 1, 16), np.float32)
    y, winners = kernels.modelzoo_pointwise_pool(x=x, kernel=kernel, bias=np.zeros(16, np.float32))
    dx, _, _ = kernels.modelzoo_pointwise_pool_gradient(
        dy=np.ones_like(y), winners=winners, x=x, kernel=kernel
    )
    assert np.asarray(dx).ravel().tolist() == [16, 0, 0, 0]


@pytest.mark.parametrize("position", range(4))
def test_pooling_keeps_nan_wherever_it_is(kernels, position):
    x, kernel = maps(1, 2, 2, 1), np.ones((1, 1, 1, 16), np.float32)
    x.reshape(-1)[position] = np.nan
    y, _ = kernels.modelzoo_pointwise_pool(x=x, kernel=kernel, bias=np.zeros(16, np.float32))
    assert np.isnan(np.asarray(y)).all()


@pytest.mark.parametrize(
    ("inputs", "kernel", "message"),
    [(5, (1, 1, 5, 16), "a multiple of 8"), (3, (1, 1, 3, 8), "16"), (3, (1, 1, 4, 16), "16")],
)
def test_pooling_refuses_what_it_would_misread(kernels, inputs, kernel, message):
    bias = np.zeros(kernel[-1], np.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        kernels.modelzoo_pointwise_pool(x=maps(1, 4, 4, inputs), kernel=maps(*kernel), bias=bias)
