"""A training that is killed or interrupted, in a real process, ends with the same bits."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from modelzoo.errors import CheckpointError, RunError
from modelzoo.training import Run, Trainer

# Dropout, so that the state of its random numbers counts; augmentation, which mixes images; a batch
# norm's statistics, on batches in parts.
PROGRAM = """
import sys, time, modelzoo

class Slowly:
    def started(self, *_): pass
    def stepped(self, step, *_): print("step", step, flush=True); time.sleep(0.05)
    def epoch_ended(self, row): print("epoch", row["epoch"], flush=True); time.sleep(0.2)
    def finished(self, run): pass
    def close(self): pass

action, folder, data = sys.argv[1:]
if action == "fit":
    trainer = modelzoo.Trainer(
        "mobilenet_v1_shallow", "shapes", epochs=3, batch_size=16, checkpoint_every=3, data=data,
        augment={"horizontal_flip": True, "zoom": 0.2, "mixup": 0.2, "cutmix": 1.0}, replicas=2,
        model_options={"alpha": 0.25, "dropout": 0.3},
        dataset_options={"train": 200, "test": 20},
    )
    trainer.fit(run_dir=folder, listener=Slowly())
else:
    modelzoo.Trainer.resume(folder, listener=Slowly())
"""


def start(tmp_path, action, folder, data="memory"):
    return subprocess.Popen(
        [sys.executable, "-u", "-c", PROGRAM, action, str(folder), data],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


def wait_for(process, moment):
    """Until the process has printed this step or epoch, or a later one."""
    kind, number = moment.split()
    for printed in process.stdout:
        what, _, count = printed.strip().partition(" ")
        if what == kind and int(count) >= int(number):
            return
    raise AssertionError(process.stderr.read())


def bits(folder: Path) -> str:
    return hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()


def deterministic_history(folder):
    timing = ("seconds", "images_per_second")
    return [
        {name: value for name, value in row.items() if name not in timing}
        for row in Run(folder).history
    ]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uninterrupted")
    finish(start(folder, "fit", folder / "run"))
    return folder / "run"


@pytest.mark.slow
@pytest.mark.parametrize("data", ["memory", "stream"])
def test_a_run_that_is_killed_resumes_to_the_same_bits(tmp_path, uninterrupted, data):
    """Killed before its first checkpoint of an epoch, between two epochs, and within an epoch."""
    process = start(tmp_path, "fit", tmp_path / "run", data)
    for moment in ("step 2", "epoch 1", "step 18"):
        wait_for(process, moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert Run(tmp_path / "run").status == "interrupted"
        process = start(tmp_path, "resume", tmp_path / "run")
    finish(process)
    assert bits(tmp_path / "run") == bits(uninterrupted)
    assert deterministic_history(tmp_path / "run") == deterministic_history(uninterrupted)


@pytest.mark.slow
def test_ctrl_c_saves_a_checkpoint_that_resumes_to_the_same_bits(tmp_path, uninterrupted):
    process = start(tmp_path, "fit", tmp_path / "run")
    wait_for(process, "step 14")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "TrainingInterrupted: Stopped at epoch 2, step" in errors
    assert "Go on with: modelzoo train --resume run\n" in errors
    assert Run(tmp_path / "run").info["status"] == "interrupted"
    finish(start(tmp_path, "resume", tmp_path / "run"))
    assert bits(tmp_path / "run") == bits(uninterrupted)


@pytest.fixture
def interrupted(tmp_path):
    """A run whose process was killed in its second epoch."""
    process = start(tmp_path, "fit", tmp_path / "run")
    wait_for(process, "step 14")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return tmp_path / "run"


@pytest.mark.slow
def test_an_altered_checkpoint_is_named_and_the_one_before_it_works(interrupted, uninterrupted):
    newest = sorted((interrupted / "checkpoints").iterdir())[-1]
    tensors = newest / "model.safetensors"
    tensors.write_bytes(tensors.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=f"Checkpoint {newest} is damaged .* Delete this"):
        Trainer.resume(interrupted)
    for path in newest.iterdir():
        path.unlink()
    newest.rmdir()
    finish(start(interrupted.parent, "resume", interrupted))
    assert bits(interrupted) == bits(uninterrupted)


@pytest.mark.slow
def test_a_finished_run_is_not_resumed(uninterrupted):
    with pytest.raises(RunError, match="has finished; there is nothing to resume"):
        Trainer.resume(uninterrupted)
