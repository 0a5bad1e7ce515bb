"""Trainings on datasets of the Hub, from the download to a prediction in another process."""

import json
import os
import subprocess
import sys

import pytest
from pets import CLASSES, png, repository

import modelzoo
from modelzoo.errors import CheckpointError

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("cache")]

OPTIONS = ("--epochs", "1", "--batch-size", "4", "--input-size", "16", "--run-dir", "trained")


def test_a_trainer_trains_on_a_dataset_of_the_hub(hub, tmp_path):
    hub.put("dataset", "ada/pets", repository(train=24, test=8))
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini", "hf/ada/pets", "binary", epochs=1, input_shape=(16, 16, 3)
    )
    run = trainer.fit(run_dir=tmp_path / "run")
    assert run.info["dataset"]["spec"]["name"] == "hf/ada/pets"
    assert run.info["dataset"]["provenance"]["distribution"] == "modelzoo-huggingface"
    assert run.info["splits"]["test"] == 8
    assert set(run.evaluate()) == {"loss", "accuracy"}

    (tmp_path / "new.png").write_bytes(png(77))
    code = "import sys, modelzoo; print(modelzoo.Run(sys.argv[1]).predict(sys.argv[2]).label)"
    done = subprocess.run(
        [sys.executable, "-c", code, run.folder, tmp_path / "new.png"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.strip() in CLASSES


def test_the_command_line_trains_on_a_dataset_of_the_hub(hub, command):
    hub.put("dataset", "ada/pets", repository(train=24, test=8))
    answer = command("train", "mobilenet_v1_mini", "hf/ada/pets", *OPTIONS)
    assert answer.status == 0, answer.err
    info = json.loads((command.folder / "trained" / "run.json").read_text())
    assert info["dataset"]["spec"]["name"] == "hf/ada/pets"
    assert "test_accuracy" in info["results"]

    (command.folder / "new.png").write_bytes(png(77))
    assert command("predict", "trained", "new.png").status == 0
    evaluated = command("evaluate", "trained", "--json")
    assert json.loads(evaluated.out)["results"]["accuracy"] == info["results"]["test_accuracy"]


def test_the_command_line_trains_on_a_folder_without_a_network(hub, command):
    for name, data in repository(train=24, test=8).items():
        (command.folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        (command.folder / "copy" / name).write_bytes(data)
    answer = command(
        *("train", "mobilenet_v1_mini", "hf/ada/pets", "--data-dir", "copy", *OPTIONS),
        HF_ENDPOINT="http://127.0.0.1:9",
    )
    assert answer.status == 0, answer.err


def test_a_changed_dataset_ends_the_resuming_of_a_training(hub, tmp_path):
    hub.put("dataset", "ada/pets", repository(train=24, test=8))
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini", "hf/ada/pets", epochs=2, input_shape=(16, 16, 3)
    )

    import keras

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        trainer.fit(run_dir=tmp_path / "run", callbacks=[Stop()])
    hub.put("dataset", "ada/pets", repository(train=20, test=8))
    with pytest.raises(CheckpointError, match="data"):
        modelzoo.Trainer.resume(tmp_path / "run")
