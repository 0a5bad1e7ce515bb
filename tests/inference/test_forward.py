"""Outputs of batches, in processes with one thread for an operation and in others."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import modelzoo
from modelzoo.inference.forward import Forward

PROGRAM = """
import json, sys, threading
import numpy as np
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
import keras
from modelzoo.inference.forward import Forward
from modelzoo.inference.threads import evaluation_parts

class Asking(keras.layers.Layer):
    def call(self, images):
        sizes = tf.py_function(self.note, [tf.shape(images)[0]], tf.float32)
        return tf.cast(images[:, 0, 0], tf.float32) + 0 * tf.reshape(sizes, [])

    def note(self, size):
        noted.append(int(size))
        return 0.0

    def compute_output_shape(self, shape):
        return (shape[0], shape[-1])

noted = []
images = keras.Input((1, 1, 1), dtype="uint8")
forward = Forward(keras.Model(images, Asking()(images)))
outputs = forward(np.arange(7, dtype=np.uint8).reshape(7, 1, 1, 1)).ravel().tolist()
several = sorted(noted)
noted.clear()
forward(np.zeros((1, 1, 1, 1), np.uint8))
traces = forward._forward.experimental_get_tracing_count()
print(json.dumps([evaluation_parts(), outputs, several, noted, traces]))
"""


def in_a_process(threads):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(threads)],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_where_an_operation_has_one_thread_a_batch_has_a_part_for_each_core():
    cores = len(os.sched_getaffinity(0))
    parts, outputs, several, single, _ = in_a_process(threads=1)
    assert parts == cores
    assert outputs == [0, 1, 2, 3, 4, 5, 6]
    assert several == sorted(len(each) for each in np.array_split(range(7), min(7, cores)))
    assert single == [1]


def test_where_operations_are_shared_among_the_cores_a_batch_stays_whole():
    parts, outputs, several, single, _ = in_a_process(threads=3)
    assert parts == 1
    assert outputs == [0, 1, 2, 3, 4, 5, 6]
    assert (several, single) == ([7], [1])


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_of_any_size_and_their_parts_are_traced_once(threads):
    *_, traces = in_a_process(threads)
    assert traces == 1


def test_the_outputs_are_those_of_keras():
    model = modelzoo.get("mobilenet_v1_mini", task="multiclass")
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
    np.testing.assert_allclose(Forward(model)(images), model.predict(images, verbose=0), atol=1e-6)
