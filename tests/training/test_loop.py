"""Steps against float64 NumPy, and against themselves on other devices and paths."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.data.augment import Augmentation
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.loop import TrainingLoop


def linear_model(penalty):
    """Rescaled pixels straight into logits: simple enough to do by hand."""
    images = keras.Input((2, 2, 1), dtype="uint8")
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(images))
    logits = keras.layers.Dense(3, name="logits", kernel_regularizer=penalty)(x)
    return keras.Model(images, keras.layers.Activation("softmax", name="probabilities")(logits))


def make_loop(strategy=None, *, batch_size=4, learning_rate=0.5, penalty=None):
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        keras.utils.set_random_seed(0)
        model = linear_model(penalty)
        evaluator = Evaluator(
            model,
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        )
        optimizer = keras.optimizers.SGD(learning_rate)
        optimizer.build(model.trainable_variables)
    loop = TrainingLoop(
        evaluator,
        optimizer,
        augmentation=Augmentation(),
        batch_size=batch_size,
        strategy=strategy,
    )
    return loop, evaluator, model


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (10, 2, 2, 1), np.uint8)
    labels = rng.integers(0, 3, 10).astype(np.int32)
    order = rng.permutation(10).astype(np.int32)
    return images, labels, np.zeros((10, 0), np.float32), order


def by_hand(weights, data, *, batch_size=4, learning_rate=0.5, penalty=0.0):
    """Softmax regression by gradient descent in float64: weights, mean loss, accuracy."""
    images, labels, _, order = data
    kernel, bias = (np.asarray(each, np.float64) for each in weights)
    losses, right = [], []
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        x, y = images[rows].reshape(len(rows), -1) / 255.0, labels[rows]
        logits = x @ kernel + bias
        p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        losses += list(-np.log(p[np.arange(len(y)), y]))
        right += list(p.argmax(1) == y)
        error = (p - np.eye(3)[y]) / len(y)
        kernel = kernel - learning_rate * (x.T @ error + 2 * penalty * kernel)
        bias = bias - learning_rate * error.sum(0)
    return kernel, bias, np.mean(losses), np.mean(right)


def run_all(loop, data, steps=3):
    images, labels, transforms, order = (tf.constant(each) for each in data)
    return loop.run_steps(images, labels, transforms, order, tf.constant(0), tf.constant(steps))


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_an_epoch_is_gradient_descent_on_the_mean_loss(data, penalty):
    loop, evaluator, model = make_loop(penalty=keras.regularizers.L2(penalty))
    kernel, bias, loss, accuracy = by_hand(model.get_weights(), data, penalty=penalty)
    reached, _ = run_all(loop, data)
    assert int(reached) == 3
    assert np.allclose(model.get_weights()[0], kernel, atol=1e-6)
    assert np.allclose(model.get_weights()[1], bias, atol=1e-6)
    assert evaluator.results() == pytest.approx({"loss": loss, "accuracy": accuracy}, abs=1e-6)


def test_streamed_batches_give_the_bits_of_data_in_memory(data):
    loop, _, in_memory = make_loop()
    run_all(loop, data)
    loop, _, streamed = make_loop()
    images, labels, transforms, order = data
    for start in (0, 4, 8):
        rows = order[start : start + 4]
        loop.run_batch(*(tf.constant(each[rows]) for each in (images, labels, transforms)))
    for a, b in zip(in_memory.get_weights(), streamed.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_an_epoch_in_pieces_gives_the_bits_of_an_epoch_in_one(data):
    loop, _, whole = make_loop()
    run_all(loop, data)
    loop, _, pieces = make_loop()
    tensors = [tf.constant(each) for each in data]
    for step in range(3):
        loop.run_steps(*tensors, tf.constant(step), tf.constant(step + 1))
    for a, b in zip(whole.get_weights(), pieces.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_a_loss_that_is_not_finite_ends_the_loop_at_its_step(data):
    loop, _, model = make_loop()
    model.get_layer("logits").kernel.assign(np.full((4, 3), np.nan))
    reached, loss = run_all(loop, data)
    assert int(reached) == 1
    assert np.isnan(float(loss))


def test_evaluation_is_the_loss_and_accuracy_of_the_whole_split(data):
    from modelzoo.data.source import ArraySplit

    _, evaluator, model = make_loop()
    images, labels, _, order = data
    _, _, loss, accuracy = by_hand(model.get_weights(), data, batch_size=10)
    results = evaluator.evaluate(ArraySplit(images, labels), labels)
    assert results == pytest.approx({"loss": loss, "accuracy": accuracy}, abs=1e-6)
    assert len(order) == 10
