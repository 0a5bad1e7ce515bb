import keras
import numpy as np
import pytest

from modelzoo.errors import CheckpointError
from modelzoo.training.callback_state import (
    check_callbacks,
    overrides_batch_hooks,
    plain_attributes,
    restore_callbacks,
    state_of_callbacks,
)


def test_early_stopping_goes_on_where_it_was():
    callback = keras.callbacks.EarlyStopping(patience=3)
    given = plain_attributes([callback])
    callback.wait, callback.best = 2, np.float32(0.25)
    callback.best_weights = [np.arange(3.0), np.ones((2, 2))]
    new = keras.callbacks.EarlyStopping(patience=3)
    restore_callbacks([new], *state_of_callbacks([callback], given))
    assert (new.wait, new.best) == (2, 0.25)
    assert [each.tolist() for each in new.best_weights] == [[0, 1, 2], [[1, 1], [1, 1]]]


def test_infinity_is_kept():
    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss")
    given = plain_attributes([callback])
    callback.best = float("inf")
    plain, _ = state_of_callbacks([callback], given)
    assert plain[0]["attributes"]["best"] == float("inf")


def test_other_callbacks_than_before_are_refused():
    callbacks = [keras.callbacks.EarlyStopping()]
    plain, _ = state_of_callbacks(callbacks, plain_attributes(callbacks))
    with pytest.raises(CheckpointError, match=r"begun with callbacks .*EarlyStopping.* resumed"):
        check_callbacks([], plain)


def test_a_setting_may_be_another_one_when_it_goes_on():
    callback = keras.callbacks.EarlyStopping(patience=3)
    given = plain_attributes([callback])
    callback.wait = 2
    new = keras.callbacks.EarlyStopping(patience=5)
    restore_callbacks([new], *state_of_callbacks([callback], given))
    assert (new.wait, new.patience) == (2, 5)


class EveryBatch(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


@pytest.mark.parametrize(
    ("callback", "expected"),
    [
        (keras.callbacks.EarlyStopping(), False),
        (keras.callbacks.LambdaCallback(on_epoch_end=print), False),
        (keras.callbacks.LambdaCallback(on_train_batch_end=print), True),
        (EveryBatch(), True),
    ],
)
def test_who_wants_to_be_called_at_every_step(callback, expected):
    assert overrides_batch_hooks(callback) is expected
