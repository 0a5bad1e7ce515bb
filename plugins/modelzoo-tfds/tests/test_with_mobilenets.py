"""A set of this package, a model of another package and a task of modelzoo's own, together."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest
import sets
from PIL import Image

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("modelzoo_mobilenets") is None, reason="modelzoo-mobilenets is not installed"
    ),
]


def command(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, "-m", "modelzoo", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_three_are_trained_and_exported_from_the_command_line(data_dir, tmp_path):
    command(
        "train", "mobilenet_v2", "tfds/photos", "--task", "binary", "--model-option", "alpha=0.35",
        "--input-size", "32x32x3", "--data-dir", data_dir, "--epochs", 1, "--batch-size", 8,
        "--run-dir", "run",
        cwd=tmp_path,
    )  # fmt: skip
    written = json.loads((tmp_path / "run" / "run.json").read_text())
    parts = {kind: written[kind] for kind in ("model", "dataset", "task")}
    assert {kind: part["spec"]["name"] for kind, part in parts.items()} == {
        "model": "mobilenet_v2", "dataset": "tfds/photos", "task": "binary",
    }  # fmt: skip
    assert {kind: part["provenance"]["distribution"] for kind, part in parts.items()} == {
        "model": "modelzoo-mobilenets", "dataset": "modelzoo-tfds", "task": "tf-modelzoo",
    }  # fmt: skip
    assert written["splits"] == {"train": 24, "val": 6, "test": 10}

    command("export", "run", "savedmodel", "--path", "exported", cwd=tmp_path)
    Image.fromarray(sets.picture(7, 1, height=32, width=32)).save(tmp_path / "picture.png")
    (said,) = json.loads(command("predict", "run", "picture.png", "--json", cwd=tmp_path))
    exported = served_by_tensorflow_alone(tmp_path)
    assert said["scores"]["bright"] == pytest.approx(exported, abs=1e-5)


SERVED = """
import numpy as np
import tensorflow as tf
from PIL import Image
images = np.asarray(Image.open("picture.png"))[None]
served = tf.saved_model.load("exported").signatures["serving_default"]
(outputs,) = served(images=tf.constant(images)).values()
print(float(outputs[0, 0]))
"""


def served_by_tensorflow_alone(folder):
    """The export's own answer, without modelzoo and its plugins."""
    done = subprocess.run(
        [sys.executable, "-c", SERVED], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)
