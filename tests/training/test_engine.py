"""What a training makes of the machine, in processes that TensorFlow has not started in."""

import dataclasses
import json
import os
import subprocess
import sys

import keras
import pytest
import tensorflow as tf

from modelzoo.cores import usable_cores
from modelzoo.layers.native import load_library
from modelzoo.training import Run, TrainConfig
from modelzoo.training.engine import Engine, choose_engine, warn_of_whole_layers

CHOOSE = """
import json, sys, warnings
import tensorflow as tf
from modelzoo.training import TrainConfig
from modelzoo.training.engine import choose_engine

threads = tf.config.threading
exec(sys.argv[1])
begun = json.loads(sys.argv[2])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    engine = choose_engine(TrainConfig(replicas=2), tf.distribute.get_strategy(), begun)
print(json.dumps({
    "parts": engine.parts,
    "threads": engine.threads,
    "intra": threads.get_intra_op_parallelism_threads(),
    "inter": threads.get_inter_op_parallelism_threads(),
    "warnings": [str(each.message) for each in caught if each.category is UserWarning],
}))
"""
TRAIN = """
import modelzoo
modelzoo.Trainer(
    "mobilenet_v1_mini", "shapes", epochs=1, batch_size=12,
    dataset_options={"train": 24, "test": 8},
).fit(run_dir="run")
"""

kernels = load_library().name
needs_kernels = pytest.mark.skipif(kernels == "none", reason="there are no compiled kernels")


def choose(before="", begun=None, **variables):
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE, before, json.dumps(begun)],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@needs_kernels
def test_each_operation_has_one_thread_and_each_core_an_operation():
    cores = min(2, usable_cores())
    chosen = choose()
    assert chosen["warnings"] == []
    assert (chosen["parts"], chosen["threads"]) == (2, 1)
    assert (chosen["intra"], chosen["inter"]) == (1, cores)


@needs_kernels
@pytest.mark.parametrize(
    ("before", "variables", "intra", "inter", "of_an_operation"),
    [
        ("threads.set_intra_op_parallelism_threads(3)", {}, 3, 0, 3),
        ("threads.set_inter_op_parallelism_threads(5)", {}, 0, 5, usable_cores()),
        ("", {"TF_NUM_INTRAOP_THREADS": "3"}, 0, 0, 3),
        ("", {"TF_NUM_INTEROP_THREADS": "3"}, 0, 0, usable_cores()),
    ],
)
def test_threads_that_the_user_has_set_stay(before, variables, intra, inter, of_an_operation):
    chosen = choose(before, **variables)
    assert (chosen["intra"], chosen["inter"]) == (intra, inter)
    assert chosen["threads"] == of_an_operation
    assert chosen["warnings"] == []


@needs_kernels
def test_where_tensorflow_has_started_threads_stay_and_that_is_said():
    chosen = choose("tf.constant(1) + 1")
    assert (chosen["parts"], chosen["intra"], chosen["inter"]) == (2, 0, 0)
    assert len(chosen["warnings"]) == 1
    assert "TensorFlow has started already" in chosen["warnings"][0]


@needs_kernels
def test_a_training_goes_on_with_the_threads_that_it_was_begun_with():
    """As on a machine of fewer or more cores; not what a training that begins here would take."""
    begun = {"parts": 2, "kernels": kernels, "threads": usable_cores() + 1}
    chosen = choose(begun=begun)
    assert (chosen["threads"], chosen["intra"]) == (usable_cores() + 1,) * 2
    assert chosen["warnings"] == []


@needs_kernels
def test_threads_that_can_not_be_had_again_are_warned_about():
    begun = {"parts": 2, "kernels": kernels, "threads": 5}
    (warning,) = choose(begun=begun, TF_NUM_INTRAOP_THREADS="3")["warnings"]
    assert "parts and 5 threads for an operation, and goes on with" in warning


@needs_kernels
def test_kernels_that_are_gone_are_warned_about():
    begun = {"parts": 2, "kernels": kernels, "threads": 1}
    _, warning = choose(begun=begun, MODELZOO_NATIVE="0")["warnings"]
    assert f"was begun with kernels {kernels}, " in warning
    assert "goes on with no compiled kernels: the same numbers to rounding" in warning


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"MODELZOO_NATIVE": "0"}, "MODELZOO_NATIVE=0 turns them off."),
        ({"CXX": "/nonexistent"}, "There is no '/nonexistent', which CXX names."),
        ({"PATH": "", "CXX": ""}, "There is no C++ compiler."),
    ],
)
def test_without_kernels_a_training_warns_and_works(tmp_path, variables, reason):
    done = subprocess.run(
        [sys.executable, "-c", TRAIN],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )
    assert done.returncode == 0, done.stderr
    assert f"Training without compiled kernels, which takes longer. {reason}" in done.stderr
    run = Run(tmp_path / "run")
    assert run.status == "finished"
    assert (run.info["engine"]["parts"], run.info["engine"]["kernels"]) == (None, "none")


def choose_here(begun=None, **settings):
    return choose_engine(TrainConfig(**settings), tf.distribute.get_strategy(), begun)


@needs_kernels
def test_a_batch_has_no_more_parts_than_images():
    assert choose_here(replicas=5, batch_size=3).parts == 3
    assert choose_here(replicas=5, batch_size=8).parts == 5


@needs_kernels
def test_as_many_parts_as_cores_but_none_of_few_images():
    cores = usable_cores()
    assert choose_here(batch_size=8 * cores).parts == cores
    assert choose_here(batch_size=8).parts == 1


@needs_kernels
def test_a_training_goes_on_with_the_parts_that_it_was_begun_with(recwarn):
    begun = dataclasses.replace(choose_here(), parts=7)
    assert choose_here(begun.to_dict()) == begun
    assert not [each for each in recwarn if "was begun with" in str(each.message)]


@needs_kernels
def test_a_training_that_was_begun_without_kernels_goes_on_without(recwarn):
    begun = Engine(None, "none")
    assert choose_here(begun.to_dict(), replicas=2) == begun
    assert not recwarn


@needs_kernels
@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"kernels": "0123456789abcdef"}, "kernels 0123456789abcdef, batches in 2 parts"),
        ({"parts": 3}, f"kernels {kernels}, batches in 3 parts"),
    ],
)
def test_going_on_with_another_engine_is_warned_about(change, description):
    begun = choose_here(replicas=2).to_dict() | change
    with pytest.warns(UserWarning, match=f"was begun with {description}.*, and goes on with kern"):
        choose_here(begun, replicas=2)


class Block(keras.layers.Layer):
    """Dropout on what a dense layer makes."""

    def build(self, shape):
        self.dense, self.dropout = keras.layers.Dense(8), keras.layers.Dropout(0.1)
        self.dense.build(shape)

    def call(self, x):
        return self.dropout(self.dense(x))


def test_parts_of_a_model_whose_layers_need_whole_batches_are_warned_about():
    model = keras.Sequential([keras.Input((8,)), Block(), keras.layers.Dense(2)])
    with pytest.warns(UserWarning, match="Most of the model is layers .* faster with replicas=1"):
        warn_of_whole_layers(Engine(2, "kernels"), model)


@pytest.mark.parametrize(
    ("parts", "layer"), [(None, Block()), (1, Block()), (2, keras.layers.Dense(8))]
)
def test_other_models_and_one_part_are_not_warned_about(parts, layer, recwarn):
    model = keras.Sequential([keras.Input((8,)), layer, keras.layers.Dense(2)])
    warn_of_whole_layers(Engine(parts, "kernels"), model)
    assert not [each for each in recwarn if "replicas=1" in str(each.message)]
