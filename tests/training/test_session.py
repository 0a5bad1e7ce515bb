"""What happens during a training: callbacks, plugins, losses that are not numbers, events."""

import json
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.errors import CheckpointError, NonFiniteLossError, PluginWarning, RunError
from modelzoo.registry import default_host
from modelzoo.training import Run, Trainer
from modelzoo.training.checkpoint import latest_checkpoint
from modelzoo.training.lock import held_run


class Journal(keras.callbacks.Callback):
    """Writes down what it is told."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("train begin")

    def on_train_end(self, logs=None):
        self.calls.append("train end")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} begin")

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} end {sorted(set(logs) & {'loss', 'val_loss'})}")


class StepJournal(Journal):
    def on_train_batch_begin(self, batch, logs=None):
        self.calls.append(f"batch {batch} begin")

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(f"batch {batch} end")


def test_callbacks_are_called_in_keras_s_order(trainer, tmp_path):
    journal = Journal()
    trainer(epochs=2, validation=0.3).fit(run_dir=tmp_path / "run", callbacks=[journal])
    assert journal.calls == [
        "train begin",
        "epoch 0 begin",
        "epoch 0 end ['loss', 'val_loss']",
        "epoch 1 begin",
        "epoch 1 end ['loss', 'val_loss']",
        "train end",
    ]


@pytest.mark.parametrize("data", ["memory", "stream"])
def test_a_callback_that_wants_every_step_gets_every_step(trainer, tmp_path, data):
    journal = StepJournal()
    trainer(data=data).fit(run_dir=tmp_path / "run", callbacks=[journal])
    steps = [call for call in journal.calls if call.startswith("batch")]
    assert steps == ["batch 0 begin", "batch 0 end", "batch 1 begin", "batch 1 end"]


def test_a_callback_changes_the_learning_rate(trainer, tmp_path):
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    run = trainer(epochs=2, optimizer="sgd").fit(run_dir=tmp_path / "run", callbacks=[schedule])
    assert [row["learning_rate"] for row in run.history] == pytest.approx([0.1, 0.05])


def test_a_callback_stops_the_training(trainer, tmp_path):
    stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=1e6)
    run = trainer(epochs=9).fit(run_dir=tmp_path / "run", callbacks=[stop])
    assert run.status == "finished"
    assert len(run.history) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: keras.callbacks.ModelCheckpoint(
            folder / "{epoch}-{loss:.2f}.weights.h5", save_weights_only=True
        ),
        lambda folder: keras.callbacks.CSVLogger(folder / "log.csv"),
        lambda folder: keras.callbacks.BackupAndRestore(folder / "backup"),
        lambda folder: keras.callbacks.ReduceLROnPlateau("loss"),
        lambda folder: keras.callbacks.TerminateOnNaN(),
        lambda folder: keras.callbacks.EarlyStopping("val_loss", restore_best_weights=True),
    ],
    ids=["ModelCheckpoint", "CSVLogger", "Backup", "ReduceLROnPlateau", "NaN", "EarlyStopping"],
)
def test_callbacks_of_keras_work(trainer, tmp_path, make):
    run = trainer(epochs=2, validation=0.3).fit(
        run_dir=tmp_path / "run", callbacks=[make(tmp_path)]
    )
    assert run.status == "finished"


class StopAtOnce(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = True


def test_a_callback_that_stops_within_an_epoch_is_obeyed_at_once(trainer, tmp_path):
    run = trainer(epochs=5).fit(run_dir=tmp_path / "run", callbacks=[StopAtOnce()])
    assert [row["step"] for row in run.history] == [1]


class SpoilWeights(keras.callbacks.Callback):
    """Makes a weight NaN after the epoch's last step, whose loss can't tell."""

    def on_epoch_end(self, epoch, logs=None):
        kernel = self.model.get_layer("logits").kernel
        kernel.assign(np.full(kernel.shape, np.nan))


def test_weights_that_become_nan_in_the_last_step_are_never_saved(trainer, tmp_path):
    with pytest.raises(NonFiniteLossError, match=r"weights logits/kernel became NaN .* at step 2 "):
        trainer(epochs=1).fit(run_dir=tmp_path / "run", callbacks=[SpoilWeights()])
    kept = latest_checkpoint(tmp_path / "run" / "checkpoints")
    assert kept.name == "epoch-0000-step-000000"
    assert Run(tmp_path / "run").status == "failed"


class Folder(keras.callbacks.Callback):
    """Writes into the run's folder from the start, as a plugin's callback may."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs=None):
        (self.folder / "mine.txt").write_text("here")


def test_the_run_s_folder_is_there_when_callbacks_begin(trainer, tmp_path):
    trainer().fit(run_dir=tmp_path / "run", callbacks=[Folder(tmp_path / "run")])
    assert (tmp_path / "run" / "mine.txt").read_text() == "here"


@pytest.mark.parametrize("offered", [5, ["x"], [keras.callbacks.EarlyStopping]])
def test_what_a_plugin_offers_that_is_no_callback_is_left_out(
    trainer, tmp_path, monkeypatch, offered
):
    host = default_host()
    record = host.records[0]
    real = host.call

    def call(hook, **arguments):
        if hook == "modelzoo_callbacks":
            return iter([(record, offered)])
        return real(hook, **arguments)

    monkeypatch.setattr(host, "call", call)
    with pytest.warns(PluginWarning, match="modelzoo_callbacks returned .*, expected Keras callb"):
        run = trainer().fit(run_dir=tmp_path / "run")
    assert run.status == "finished"


def test_the_user_s_random_numbers_are_not_disturbed(trainer, tmp_path):
    np.random.seed(7)
    expected = np.random.random(3)
    np.random.seed(7)
    first = np.random.random()
    trainer().fit(run_dir=tmp_path / "run")
    assert [first, *np.random.random(2)] == expected.tolist()


class Break(keras.callbacks.Callback):
    """Makes the weights of a model NaN after a step."""

    def __init__(self, after):
        super().__init__()
        self.after = after
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps == self.after:
            kernel = self.model.get_layer("logits").kernel
            kernel.assign(np.full(kernel.shape, np.nan))


@pytest.mark.parametrize("data", ["memory", "stream"])
def test_a_loss_that_becomes_nan_ends_the_training_and_keeps_the_last_checkpoint(
    trainer, tmp_path, data
):
    with pytest.raises(NonFiniteLossError, match=r"became nan at step 4 \(epoch 2\)") as caught:
        trainer(epochs=3, data=data).fit(run_dir=tmp_path / "run", callbacks=[Break(after=3)])
    assert (caught.value.epoch, caught.value.step) == (2, 4)
    kept = latest_checkpoint(tmp_path / "run" / "checkpoints")
    assert kept.name == "epoch-0001-step-000000"
    assert str(kept) in str(caught.value)
    assert Run(tmp_path / "run").status == "failed"
    with pytest.raises(RunError, match=r"It said: The loss became nan at step 4 .* train anew"):
        Run(tmp_path / "run").predict(np.zeros((32, 32, 3), np.uint8))
    assert not (tmp_path / "run" / "weights.safetensors").exists()


class MachineGoesAway(keras.callbacks.Callback):
    """Ends the process's training by an error, at the beginning of an epoch."""

    epoch = None

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise RuntimeError("the machine went away")


@pytest.fixture
def goes_away(monkeypatch):
    """Says in which epoch the machine goes away."""
    return lambda epoch: monkeypatch.setattr(MachineGoesAway, "epoch", epoch)


def test_early_stopping_counts_on_where_it_was(trainer, tmp_path, goes_away):
    """Its patience ends in the same epoch as without the interruption."""

    def callbacks():
        stop = keras.callbacks.EarlyStopping("loss", patience=2, min_delta=1e6)
        return [stop, MachineGoesAway()]

    whole = trainer(epochs=9).fit(run_dir=tmp_path / "whole", callbacks=callbacks())
    goes_away(2)
    with pytest.raises(RuntimeError, match="the machine went away"):
        trainer(epochs=9).fit(run_dir=tmp_path / "run", callbacks=callbacks())
    goes_away(None)
    resumed = Trainer.resume(tmp_path / "run", callbacks=callbacks())
    assert len(resumed.history) == len(whole.history) == 3


@pytest.fixture
def broken_off(trainer, tmp_path, goes_away):
    """A run whose training ended by an error in its second epoch."""
    goes_away(1)
    with pytest.raises(RuntimeError):
        trainer(epochs=3).fit(run_dir=tmp_path / "run", callbacks=[MachineGoesAway()])
    goes_away(None)
    return tmp_path / "run"


def test_the_weights_it_began_with_are_not_needed_again(trainer, finished_run, tmp_path, goes_away):
    shutil.copytree(finished_run.folder, tmp_path / "first")
    goes_away(1)
    with pytest.raises(RuntimeError):
        trainer(epochs=2, weights=tmp_path / "first").fit(
            run_dir=tmp_path / "run", callbacks=[MachineGoesAway()]
        )
    goes_away(None)
    shutil.rmtree(tmp_path / "first")
    assert Trainer.resume(tmp_path / "run", callbacks=[MachineGoesAway()]).status == "finished"


def test_resuming_with_other_callbacks_is_refused(broken_off):
    with pytest.raises(CheckpointError, match="was begun with callbacks .*MachineGoesAway"):
        Trainer.resume(broken_off)


def test_a_run_that_is_being_trained_is_not_resumed(broken_off):
    with held_run(broken_off), pytest.raises(RunError, match="is being trained in right now"):
        Trainer.resume(broken_off, callbacks=[MachineGoesAway()])


def test_other_versions_than_before_are_warned_about(broken_off):
    (state,) = broken_off.glob("checkpoints/epoch-0001*/state.json")
    saved = json.loads(state.read_text())
    saved["versions"]["keras"] = "2.0"
    state.write_text(json.dumps(saved))
    with pytest.warns(UserWarning, match="was begun with keras 2.0; with other versions"):
        Trainer.resume(broken_off, callbacks=[MachineGoesAway()])


def test_resuming_with_other_data_is_refused(broken_off):
    run = Run(broken_off)
    run.update(dataset_options={"train": 25, "test": 8})
    with pytest.raises(CheckpointError, match="The data have changed since checkpoint"):
        Trainer.resume(broken_off, callbacks=[MachineGoesAway()])


FULL_DISK = """
import resource, sys, modelzoo
from modelzoo.errors import StorageError
class Fill:
    def epoch_ended(self, row): resource.setrlimit(resource.RLIMIT_FSIZE, (20000, -1))
    def started(self, *_): pass
    def stepped(self, *_): pass
    def finished(self, run): pass
    def close(self): resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
options = {"train": 20, "test": 4}
trainer = modelzoo.Trainer("mobilenet_v1_mini", "shapes", epochs=3, dataset_options=options)
try:
    trainer.fit(run_dir="run", listener=Fill())
except StorageError as error:
    print(error)
"""


def test_a_disk_that_fills_up_keeps_the_last_checkpoint_from_which_it_goes_on(tmp_path):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK], cwd=tmp_path, capture_output=True, text=True
    )
    place = tmp_path / "run" / "checkpoints" / "epoch-0002-step-000000"
    assert done.stdout.startswith(f"{place}/"), done.stderr
    assert "can't be written: File too large. Free some space" in done.stdout
    assert done.stdout.endswith("Then go on with: modelzoo train --resume run\n")
    assert latest_checkpoint(place.parent).name == "epoch-0001-step-000000"
    assert len(Trainer.resume(tmp_path / "run").history) == 3


def test_a_report_that_can_not_be_made_does_not_lose_the_run(trainer, tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("no picture")

    monkeypatch.setattr("modelzoo.training.report.report_run", fail)
    with pytest.warns(
        UserWarning, match="has finished, but its report can't be made: ZeroDivision"
    ):
        run = trainer().fit(run_dir=tmp_path / "run")
    assert run.status == "finished"


def test_tensorboard_finds_the_scalars(finished_run):
    (file,) = (finished_run.folder / "events").iterdir()
    found = {}
    for record in tf.data.TFRecordDataset(str(file)):
        for value in tf.compat.v1.Event.FromString(record.numpy()).summary.value:
            assert value.metadata.plugin_data.plugin_name == "scalars"
            found.setdefault(value.tag, []).append(tf.make_ndarray(value.tensor).item())
    assert found["loss"] == pytest.approx([row["loss"] for row in finished_run.history])
    assert {"accuracy", "val_accuracy", "learning_rate"} <= set(found)
