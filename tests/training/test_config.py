import keras
import pytest

from modelzoo.errors import ConfigError
from modelzoo.training import TrainConfig


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epochs": 0}, "epochs is 0, expected a whole number of at least 1"),
        ({"epochs": -1}, "epochs is -1, expected a whole number of at least 1"),
        ({"epochs": "ten"}, "epochs is 'ten', expected a whole number"),
        ({"epochs": True}, "epochs is True"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": -1}, "batch_size is -1"),
        ({"batch_size": "ten"}, "batch_size is 'ten'"),
        ({"batch_size": 2.0}, "batch_size is 2.0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**31}, "seed is 2147483648, .* at most 2147483647"),
        ({"learning_rate": -1e-3}, "learning_rate is -0.001, expected a number from 0 up"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"validation": 1.0}, "validation is 1.0, expected a number from 0 to 0.9"),
        ({"data": "disk"}, "data is 'disk', expected 'auto' or 'memory' or 'stream'"),
        ({"bad_images": "ignore"}, "bad_images is 'ignore', expected 'error' or 'skip'"),
        ({"augment": "flip"}, "augment is 'flip', expected a mapping"),
        ({"checkpoint_every": -5}, "checkpoint_every is -5"),
        ({"metrics": "accuracy"}, "metrics is 'accuracy', expected a list of metrics"),
        ({"metrics": 5}, "metrics is 5, expected a list of metrics"),
        ({"optimizer": None}, "optimizer is None, expected an optimizer of Keras or its name"),
        ({"learning_rate": {}}, "learning_rate is {}, expected a number"),
        ({"epoch": 3}, "There is no training setting 'epoch'. There are: epochs"),
    ],
)
def test_unusable_settings_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        TrainConfig.from_dict(values)


def test_every_field_is_written_down_with_its_default():
    assert TrainConfig().to_dict() == {
        "epochs": 10,
        "batch_size": 32,
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "loss": None,
        "metrics": [],
        "augment": {},
        "validation": 0.1,
        "seed": 0,
        "data": "auto",
        "bad_images": "error",
        "replicas": "auto",
        "precision": "auto",
        "checkpoint_every": 0,
    }


def test_keras_objects_survive_being_written_and_read():
    config = TrainConfig(
        optimizer=keras.optimizers.SGD(0.5, momentum=0.9),
        learning_rate=keras.optimizers.schedules.CosineDecay(0.1, 100),
        metrics=(keras.metrics.SparseTopKCategoricalAccuracy(k=3),),
    )
    read = TrainConfig.from_dict(config.to_dict())
    assert read.to_dict() == config.to_dict()
    assert keras.optimizers.get(read.optimizer).momentum == 0.9


def test_what_keras_can_not_write_down_is_refused():
    with pytest.raises(ConfigError, match="metrics is .* can't be written into run.json"):
        TrainConfig(metrics=(lambda labels, outputs: 0.0,)).to_dict()


def test_numpy_s_integers_are_whole_numbers():
    import numpy as np

    assert TrainConfig(epochs=np.int64(3)).to_dict()["epochs"] == 3
