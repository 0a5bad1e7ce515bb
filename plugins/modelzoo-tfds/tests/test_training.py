"""From a name to a trained model that goes on and predicts in other processes."""

import json
import signal
import subprocess
import sys

import pytest
import sets

import modelzoo

SHAPE = (16, 16, 3)


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "modelzoo", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
    )


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "bright.png"
    path.write_bytes(sets.encoded(sets.picture(7, 1)).getvalue())
    return path


def test_a_trainer_takes_the_name(data_dir, tmp_path):
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini", "tfds/photos", data_dir=data_dir, input_shape=SHAPE, epochs=1
    )
    run = trainer.fit(run_dir=tmp_path / "run")
    written = json.loads((tmp_path / "run" / "run.json").read_text())
    assert written["dataset"]["spec"]["name"] == "tfds/photos"
    assert written["dataset"]["provenance"]["distribution"] == "modelzoo-tfds"
    assert written["classes"] == ["dark", "bright"]
    assert written["splits"] == {"train": 24, "val": 6, "test": 10}
    assert "accuracy" in run.evaluate("test")


def test_several_classes_per_image_are_trained(data_dir, tmp_path):
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini",
        "tfds/several",
        "multilabel",
        data_dir=data_dir,
        input_shape=SHAPE,
        epochs=1,
        validation=0,
    )
    assert trainer.fit(run_dir=tmp_path / "run").evaluate("test")["loss"] > 0


def test_the_command_line_trains_and_predicts(data_dir, tmp_path, picture):
    """Each in a process of its own, which does not have the set's class."""
    done = command(
        "train", "mobilenet_v1_mini", "tfds/photos", "--data-dir", data_dir, "--input-size",
        "16x16x3", "--epochs", 1, "--run-dir", "run", "--dataset-option", "train=train[:16]",
        "--dataset-option", "test=train[16:]", "--config", "validation=0",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / "run" / "run.json").read_text())
    assert written["dataset"]["spec"]["name"] == "tfds/photos"
    assert written["splits"] == {"train": 16, "test": 8}
    done = command("predict", "run", picture, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert any(each in done.stdout for each in sets.CLASSES)


KILLED = """
import os, signal, sys
import modelzoo

class Ends:
    def started(self, *_): pass
    def stepped(self, *_): pass
    def epoch_ended(self, row):
        if row["epoch"] == 2: os.kill(os.getpid(), signal.SIGKILL)
    def finished(self, run): pass
    def close(self): pass

folder, data_dir = sys.argv[1:]
trainer = modelzoo.Trainer(
    "mobilenet_v1_mini", "tfds/photos", data_dir=data_dir, input_shape=(16, 16, 3), epochs=3,
    batch_size=8,
)
trainer.fit(run_dir=folder, listener=Ends())
"""


def weights(folder):
    return (folder / "weights.safetensors").read_bytes()


def test_a_run_that_is_killed_resumes_to_the_same_bits(data_dir, tmp_path):
    whole = command(
        "train", "mobilenet_v1_mini", "tfds/photos", "--data-dir", data_dir, "--input-size",
        "16x16x3", "--epochs", 3, "--batch-size", 8, "--run-dir", "whole",
        cwd=tmp_path,
    )  # fmt: skip
    assert whole.returncode == 0, whole.stderr
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(data_dir)], capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = command("train", "--resume", "killed", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")
