"""What a checkpoint holds is all that a training consists of."""

import warnings

import keras
import numpy as np
import pytest

from modelzoo.errors import CheckpointError
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.state import TrainingState


class Counts(keras.callbacks.Callback):
    """A callback with something to remember."""

    def __init__(self):
        super().__init__()
        self.count = 0


def beginning(fingerprint="the data's"):
    """A state that has done nothing, and its callback."""
    inputs = keras.Input((3,))
    logits = keras.layers.Dense(2, name="logits")(inputs)
    model = keras.Model(inputs, keras.layers.Activation("sigmoid", name="probabilities")(logits))
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer=optimizer, jit_compile=False)
    model.stop_training = False
    evaluator = Evaluator(model, loss=keras.losses.MeanSquaredError(), metrics=[])
    callback = Counts()
    state = TrainingState(evaluator, optimizer, callbacks=[callback], fingerprint=fingerprint)
    return state, evaluator, optimizer, callback


@pytest.fixture
def saved(tmp_path):
    """The folder of a checkpoint after a step, and what there was of variables then."""
    state, evaluator, optimizer, callback = beginning()
    variables = evaluator.model.trainable_variables
    optimizer.apply([np.ones(each.shape, np.float32) for each in variables], variables)
    evaluator.update(np.zeros((4, 2)), np.zeros((4, 2)), np.full(4, 0.5, np.float32))
    callback.count = 7
    state.epoch, state.step, state.seconds = 2, 5, 1.5
    state.history = [{"epoch": 1, "loss": 3.0}, {"epoch": 2, "loss": 2.0}]
    state.save(tmp_path, versions={"keras": "1.0"})
    every = [*evaluator.model.variables, *optimizer.variables, *evaluator.variables]
    return tmp_path, [np.array(each) for each in every]


def read_quietly(state, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return state.read_latest(folder)


def test_all_variables_come_back(saved):
    folder, expected = saved
    state, evaluator, optimizer, _ = beginning()
    state.restore(read_quietly(state, folder))
    every = [*evaluator.model.variables, *optimizer.variables, *evaluator.variables]
    for variable, values in zip(every, expected, strict=True):
        np.testing.assert_array_equal(np.array(variable), values)


def test_how_far_it_was_comes_back(saved):
    state, *_ = beginning()
    state.restore(read_quietly(state, saved[0]))
    assert (state.epoch, state.step, state.seconds) == (2, 5, 1.5)
    assert [each["loss"] for each in state.history] == [3.0, 2.0]


def test_callbacks_remember(saved):
    state, _, _, callback = beginning()
    state.restore(read_quietly(state, saved[0]))
    assert callback.count == 7


def test_reading_changes_nothing(saved):
    state, evaluator, _, callback = beginning()
    before = [np.array(each) for each in evaluator.model.variables]
    read_quietly(state, saved[0])
    assert (state.epoch, callback.count) == (0, 0)
    for variable, values in zip(evaluator.model.variables, before, strict=True):
        np.testing.assert_array_equal(np.array(variable), values)


def test_other_versions_of_libraries_are_warned_of(saved):
    state, *_ = beginning()
    with pytest.warns(UserWarning, match=r"begun with keras 1\.0"):
        state.read_latest(saved[0])


def test_other_data_are_refused(saved):
    state, *_ = beginning(fingerprint="another")
    with pytest.raises(CheckpointError, match="The data have changed"):
        state.read_latest(saved[0])
