import subprocess
import sys

import pytest
import tensorflow as tf

from modelzoo.errors import ConfigError
from modelzoo.training.strategies import choose_strategy


def test_auto_on_one_device_is_the_default_strategy():
    assert choose_strategy("auto") is tf.distribute.get_strategy()


def test_a_strategy_object_is_taken_as_it_is():
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    assert choose_strategy(strategy) is strategy


def test_anything_else_is_refused():
    with pytest.raises(ConfigError, match="strategy is 'fast', expected 'auto' or a tf.distribute"):
        choose_strategy("fast")


# Logical devices have to be made before TensorFlow has started: in a process of their own.
TWO_REPLICAS = """
import numpy as np, tensorflow as tf, modelzoo
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
two = tf.distribute.MirroredStrategy(["/cpu:0", "/cpu:1"])
weights, results = [], []
for strategy in ("auto", two):
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini", "shapes", strategy=strategy, epochs=1, batch_size=16, validation=0.0,
        optimizer="sgd", learning_rate=0.1, dataset_options={"train": 49, "test": 10},
    )
    run = trainer.fit(run_dir=f"run-{len(weights)}")
    weights.append([np.asarray(each) for each in run.model.get_weights()])
    results.append(run.results)
assert np.allclose(*(list(each.values()) for each in results), atol=1e-4), results
print(max(np.abs(a - b).max() for a, b in zip(*weights)))
assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(*weights))
"""


def test_two_replicas_train_as_one_does_to_rounding(tmp_path):
    """The last batch has a single image: nothing is left for the second replica."""
    done = subprocess.run(
        [sys.executable, "-c", TWO_REPLICAS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
