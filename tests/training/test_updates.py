"""Updates against those of Keras's own optimizers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.training.updates import apply_gradients

SHAPES = [(3, 4), (4,), (2, 1, 3)]


def make_variables(**settings):
    rng = np.random.default_rng(0)
    return [keras.Variable(rng.normal(size=shape), dtype="float32", **settings) for shape in SHAPES]


def train(make, update, *, steps=6, variables=make_variables):
    """Variables and the optimizer's state after some steps."""
    trained, optimizer = variables(), make()
    optimizer.build(trained)

    @tf.function(autograph=False)
    def step(*gradients):
        update(optimizer, gradients, trained)

    rng = np.random.default_rng(1)
    for _ in range(steps):
        step(*(tf.constant(rng.normal(size=each), tf.float32) for each in SHAPES))
    return [np.asarray(each) for each in (*trained, *optimizer.variables)]


def by_keras(optimizer, gradients, variables):
    optimizer.apply_gradients(zip(gradients, variables, strict=True))


def decay():
    return keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=2, decay_rate=0.5)


OPTIMIZERS = {
    "Adam": keras.optimizers.Adam,
    "Adam of other constants": lambda: keras.optimizers.Adam(
        0.02, beta_1=0.7, beta_2=0.95, epsilon=1e-3
    ),
    "a schedule": lambda: keras.optimizers.Adam(decay()),
    "AMSGrad": lambda: keras.optimizers.Adam(amsgrad=True),
    "weight decay": lambda: keras.optimizers.Adam(weight_decay=0.1),
    "clipped gradients": lambda: keras.optimizers.Adam(clipvalue=0.1),
    "clipped norms": lambda: keras.optimizers.Adam(clipnorm=0.1),
    "a clipped global norm": lambda: keras.optimizers.Adam(global_clipnorm=0.1),
    "a moving average": lambda: keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=2),
    "accumulated gradients": lambda: keras.optimizers.Adam(gradient_accumulation_steps=2),
    "a scaled loss": lambda: keras.optimizers.Adam(loss_scale_factor=8.0),
    "AdamW": keras.optimizers.AdamW,
    "Nadam": keras.optimizers.Nadam,
    "SGD": lambda: keras.optimizers.SGD(decay(), momentum=0.9),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_updates_and_state_are_keras_s(make):
    ours, theirs = train(make, apply_gradients), train(make, by_keras)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-7)


def test_constraints_hold():
    def constrained():
        variables = make_variables()
        for each in variables:
            each.constraint = keras.constraints.NonNeg()
        return variables

    ours = train(keras.optimizers.Adam, apply_gradients, variables=constrained)
    theirs = train(keras.optimizers.Adam, by_keras, variables=constrained)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-7)
    assert all(each.min() >= 0 for each in ours[:3])


def test_a_variable_without_a_gradient_stays():
    variables, optimizer = make_variables(), keras.optimizers.Adam()
    optimizer.build(variables)
    before = [np.asarray(each) for each in variables]
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        apply_gradients(optimizer, [None, *map(tf.ones, SHAPES[1:])], variables)
    moved = [not np.array_equal(now, then) for now, then in zip(variables, before, strict=True)]
    assert moved == [False, True, True]


def test_some_of_the_variables_that_the_optimizer_was_built_for_are_updated_as_in_keras():
    """A callback freezes layers when the training begins."""

    def update_some(update):
        return lambda optimizer, gradients, variables: update(
            optimizer, gradients[:0:-1], variables[:0:-1]
        )

    ours = train(keras.optimizers.Adam, update_some(apply_gradients))
    theirs = train(keras.optimizers.Adam, update_some(by_keras))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-7)


def test_an_updated_variable_is_what_adam_s_paper_says():
    """Kingma and Ba 2015, algorithm 1, in float64."""
    variable, optimizer = keras.Variable([1.0, -2.0]), keras.optimizers.Adam(0.1, epsilon=1e-8)
    optimizer.build([variable])
    value, first, second = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for step, gradient in enumerate(([0.3, -1.0], [0.1, 2.0], [-0.7, 0.5]), start=1):
        apply_gradients(optimizer, [tf.constant(gradient)], [variable])
        gradient = np.array(gradient)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        value = value - 0.1 * (first / (1 - 0.9**step)) / (
            np.sqrt(second / (1 - 0.999**step)) + 1e-8
        )
        # The float32 of 0.999 is off by one part in 10**5 of 0.001.
        np.testing.assert_allclose(variable, value, rtol=1e-4)
    assert int(optimizer.iterations) == 3
