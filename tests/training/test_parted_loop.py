"""Steps on batches in parts, with batch norm, against steps on whole batches; and mixed images."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.mixing import draw_partners
from modelzoo.data.source import ArraySplit
from modelzoo.layers.native import load_library
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.loop import TrainingLoop

needs_kernels = pytest.mark.skipif(
    load_library().operations is None, reason=load_library().reason or "there are kernels"
)


def convolutional(images):
    x = layers.Conv2D(8, 3, use_bias=False)(layers.Rescaling(1 / 255)(images))
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.Dropout(0.2, seed=1)(layers.ReLU(6.0)(layers.BatchNormalization()(x)))
    return layers.GlobalAveragePooling2D()(x)


def linear(images):
    return layers.Flatten()(layers.Rescaling(1 / 255)(images))


def make_loop(features, parts, *, augment=None, batch_size=6, optimizer=None, penalty=None):
    keras.utils.set_random_seed(0)
    images = keras.Input((6, 6, 3), dtype="uint8")
    logits = layers.Dense(3, name="logits", activity_regularizer=penalty)(features(images))
    model = keras.Model(images, layers.Activation("softmax", name="probabilities")(logits))
    evaluator = Evaluator(
        model,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    optimizer = optimizer or keras.optimizers.SGD(0.1)
    optimizer.build(model.trainable_variables)
    loop = TrainingLoop(
        evaluator,
        optimizer,
        augmentation=augment or Augmentation(),
        batch_size=batch_size,
        strategy=tf.distribute.get_strategy(),
        parts=parts,
    )
    return loop, evaluator, model


def make_data(augment=None, n=13):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n, 6, 6, 3), np.uint8)
    labels = rng.integers(0, 3, n).astype(np.int32)
    rows = (augment or Augmentation()).draw(seed=0, epoch=0, size=(6, 6), n=n)
    return images, labels, rows, rng.permutation(n).astype(np.int32)


def run_in_memory(loop, data, partners=None):
    partners = None if partners is None else tf.constant(partners)
    steps = math.ceil(len(data[0]) / 6)
    return loop.run_steps(*map(tf.constant, data), tf.constant(0), tf.constant(steps), partners)


def run_streamed(loop, data, partners=None, *, batch_size=6):
    *arrays, order = data
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        wanted = [chosen] if partners is None else [chosen, partners[chosen]]
        loop.run_batch(*(tf.constant(each[rows]) for rows in wanted for each in arrays))


def trained(parts, n=13, run=run_in_memory, **settings):
    """The weights, statistics included, and metrics after an epoch."""
    loop, evaluator, model = make_loop(convolutional, parts, **settings)
    run(loop, make_data(n=n))
    return model.get_weights(), evaluator.results()


@needs_kernels
@pytest.mark.parametrize("parts", [1, 2, 3, 6])
@pytest.mark.parametrize("n", [12, 13, 14], ids=["whole batches", "1 image left", "2 images left"])
def test_parts_train_to_the_weights_and_metrics_of_keras_s_call(parts, n):
    weights, metrics = trained(parts, n)
    expected_weights, expected_metrics = trained(None, n)
    assert metrics == pytest.approx(expected_metrics, abs=1e-5)
    for ours, theirs in zip(weights, expected_weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


@needs_kernels
@pytest.mark.parametrize("parts", [1, 2])
def test_losses_of_layers_count_once(parts):
    penalty = keras.regularizers.L2(0.1)
    weights, _ = trained(parts, penalty=penalty)
    for ours, theirs in zip(weights, trained(None, penalty=penalty)[0], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


@needs_kernels
@pytest.mark.parametrize("n", [12, 13], ids=["whole batches", "1 image left"])
def test_streamed_parts_give_the_bits_of_parts_in_memory(n):
    in_memory, streamed = trained(2, n), trained(2, n, run_streamed)
    assert in_memory[1] == streamed[1]
    for a, b in zip(in_memory[0], streamed[0], strict=True):
        assert np.array_equal(a, b)


@needs_kernels
@pytest.mark.parametrize("parts", [1, 2])
def test_adam_in_parts_gives_the_same_bits_again(parts):
    first, again = (trained(parts, optimizer=keras.optimizers.Adam(0.01)) for _ in range(2))
    for a, b in zip(first[0], again[0], strict=True):
        assert np.array_equal(a, b)


@needs_kernels
def test_layers_frozen_before_the_first_step_stay():
    loop, _, model = make_loop(convolutional, 2, optimizer=keras.optimizers.Adam(0.01))
    for layer in model.layers[:-2]:
        layer.trainable = False
    before = model.get_weights()
    run_in_memory(loop, make_data())
    *frozen, kernel, bias = (
        np.array_equal(now, then) for now, then in zip(model.get_weights(), before, strict=True)
    )
    assert all(frozen)
    assert not kernel
    assert not bias


MIXED = [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 0.4, "cutmix": 1.0}]
PARTS = [None, pytest.param(2, marks=needs_kernels)]


def mixed_by_hand(weights, data, partners, shares, images):
    """Softmax regression on mixed images by gradient descent, in float64."""
    _, labels, _, order = data
    kernel, bias = (np.asarray(each, np.float64) for each in weights)
    loss = right = 0.0
    for start in range(0, len(order), 6):
        chosen = order[start : start + 6]
        x, share = images[chosen].reshape(len(chosen), -1) / 255.0, shares[chosen][:, None]
        own, other = np.eye(3)[labels[chosen]], np.eye(3)[labels[partners[chosen]]]
        target = share * own + (1 - share) * other
        logits = x @ kernel + bias
        p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        loss -= (target * np.log(p)).sum()
        right += target[np.arange(len(chosen)), p.argmax(1)].sum()
        error = (p - target) / len(chosen)
        kernel, bias = kernel - 0.1 * x.T @ error, bias - 0.1 * error.sum(0)
    return kernel, bias, loss / len(order), right / len(order)


def mix_by_hand(data, partners):
    """Mixed images and the shares of their own labels, from the drawn rows, pixel by pixel."""
    images, _, rows, _ = data
    mixed, shares = np.empty(images.shape), np.empty(len(images))
    for index, (weight, top, left, bottom, right) in enumerate(rows.astype(np.float64)):
        own, other = images[index].astype(np.float64), images[partners[index]].astype(np.float64)
        image = np.round(weight * own + (1 - weight) * other)
        box = slice(int(top), int(bottom)), slice(int(left), int(right))
        image[box] = other[box]
        mixed[index] = image
        shares[index] = weight * (1 - (bottom - top) * (right - left) / 36)
    return mixed, shares


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("settings", MIXED, ids=lambda each: "+".join(each))
def test_mixed_images_train_on_the_loss_of_mixed_labels(settings, parts):
    augment = Augmentation(**settings)
    data, partners = make_data(augment), draw_partners(seed=0, epoch=0, n=13)
    loop, evaluator, model = make_loop(linear, parts, augment=augment)
    images, shares = mix_by_hand(data, partners)
    kernel, bias, loss, accuracy = mixed_by_hand(
        model.get_weights(), data, partners, shares, images
    )
    run_in_memory(loop, data, partners)
    assert evaluator.results() == pytest.approx({"loss": loss, "accuracy": accuracy}, abs=2e-3)
    # A product that ends in a half may be rounded to the other side.
    np.testing.assert_allclose(model.get_weights()[0], kernel, atol=1e-3)
    np.testing.assert_allclose(model.get_weights()[1], bias, atol=1e-3)


@pytest.mark.parametrize("parts", PARTS)
def test_streamed_mixed_images_give_the_bits_of_those_in_memory(parts):
    augment = Augmentation(mixup=0.4, cutmix=1.0, zoom=0.2, horizontal_flip=True)
    partners = draw_partners(seed=0, epoch=0, n=13)
    weights = []
    for run in (run_in_memory, run_streamed):
        # Without parts, TensorFlow's threads may add up a convolution's gradients in any order.
        features = linear if parts is None else convolutional
        loop, evaluator, model = make_loop(features, parts, augment=augment)
        run(loop, make_data(augment), partners)
        weights.append([*model.get_weights(), *evaluator.results().values()])
    for a, b in zip(*weights, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("parts", [1, 3])
def test_evaluation_in_parts_is_evaluation_of_the_whole(parts):
    _, _, model = make_loop(convolutional, None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    evaluator = Evaluator(model, loss=loss, metrics=[], parts=parts)
    images, labels, _, _ = make_data(n=2)
    results = evaluator.evaluate(ArraySplit(images, labels), labels)
    expected = -np.log(model(images).numpy()[np.arange(2), labels]).mean()
    assert results == pytest.approx({"loss": expected}, abs=1e-5)
