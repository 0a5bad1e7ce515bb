import json
import shutil

import numpy as np
import pytest
from PIL import Image

from modelzoo.errors import (
    BadImageError,
    DatasetError,
    RunError,
    RunVersionError,
    WeightsError,
)
from modelzoo.training import Run, list_runs


@pytest.fixture
def copied_run(finished_run, tmp_path):
    """A copy that a test may damage."""
    shutil.copytree(finished_run.folder, tmp_path / "run")
    return tmp_path / "run"


def change_info(folder, **changes):
    path = folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_run_json_says_all_that_made_the_run(finished_run):
    info = json.loads((finished_run.folder / "run.json").read_text())
    assert info["model"]["name"] == "tf-modelzoo/mobilenet_v1_mini"
    assert info["model"]["provenance"]["plugin"] == "mobilenet_v1"
    assert info["dataset"]["spec"]["name"] == "shapes"
    assert info["task"]["name"] == "tf-modelzoo/multiclass"
    assert info["config"]["optimizer"] == "adam"
    assert info["config"]["seed"] == 0
    assert {"python", "tensorflow", "keras", "numpy", "tf-modelzoo"} <= set(info["versions"])
    assert len(info["fingerprint"]) == 32
    assert info["status"] == "finished"


def test_everything_is_in_its_folder(finished_run):
    names = {each.name for each in finished_run.folder.iterdir()}
    assert {
        "run.json",
        "history.csv",
        "events",
        "checkpoints",
        "weights.safetensors",
        "weights.json",
        "curves.png",
        "report.html",
    } <= names


def test_evaluate_gives_what_the_training_measured(finished_run):
    tested = Run(finished_run.folder).evaluate("test")
    assert {f"test_{name}": value for name, value in tested.items()}.items() <= (
        finished_run.results.items()
    )
    validated = Run(finished_run.folder).evaluate("val")
    assert validated["loss"] == finished_run.results["val_loss"]


def test_evaluate_agrees_with_keras(finished_run):
    """The same loss and accuracy by keras.Model.evaluate on the model's probabilities."""
    dataset = finished_run.load_dataset()
    test = dataset.splits["test"]
    finished_run.model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = finished_run.model.evaluate(test.images, test.labels, verbose=0)
    assert finished_run.evaluate() == pytest.approx({"loss": loss, "accuracy": accuracy}, abs=1e-5)


def test_a_split_that_is_not_there_is_named(finished_run):
    with pytest.raises(DatasetError, match="no split 'exam'. It has: train, test, val"):
        finished_run.evaluate("exam")


def test_one_image_gets_one_answer_and_many_get_many(finished_run, tmp_path):
    Image.new("RGB", (50, 40)).save(tmp_path / "image.jpg")
    one = finished_run.predict(tmp_path / "image.jpg")
    many = finished_run.predict([tmp_path / "image.jpg"] * 2)
    assert one.label in finished_run.classes
    assert 0 <= one.probability <= 1
    assert [each.label for each in many] == [one.label] * 2


def test_a_file_that_is_no_image_is_named(finished_run, tmp_path):
    (tmp_path / "image.jpg").write_text("text")
    with pytest.raises(BadImageError, match=str(tmp_path / "image.jpg")):
        finished_run.predict(tmp_path / "image.jpg")


def test_an_export_lands_in_the_run_s_folder(copied_run):
    path = Run(copied_run).export("savedmodel")
    assert path == copied_run / "exports" / "savedmodel"
    assert (path / "saved_model.pb").is_file()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "weights.safetensors").unlink(), "can't be read: No such file"),
        (
            lambda folder: (folder / "weights.safetensors").write_bytes(b"short"),
            r"\(5 bytes\) is not the file that was written",
        ),
        (lambda folder: (folder / "weights.json").unlink(), "can't be read: No such file"),
        (lambda folder: (folder / "weights.json").write_text("{}"), "weights.json is damaged"),
    ],
    ids=["no weights", "truncated weights", "no description", "damaged description"],
)
def test_damaged_weights_are_named(copied_run, harm, message):
    harm(copied_run)
    with pytest.raises(WeightsError, match=message):
        Run(copied_run).predict(np.zeros((32, 32, 3), np.uint8))


def test_a_folder_that_is_no_run_says_so(tmp_path):
    with pytest.raises(RunError, match=rf"{tmp_path} is not a run: there is no run.json"):
        Run(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}'])
def test_a_damaged_run_json_says_so(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match="run.json is damaged"):
        Run(tmp_path)


def test_a_run_of_another_version_says_so(copied_run):
    change_info(copied_run, format=2)
    with pytest.raises(RunVersionError, match="has format 2, this version reads 1"):
        Run(copied_run)


def test_a_run_that_has_not_finished_says_how_to_go_on(copied_run):
    change_info(copied_run, status="interrupted")
    (copied_run / "weights.safetensors").unlink()
    with pytest.raises(RunError, match="is interrupted and has no trained weights. Go on"):
        Run(copied_run).predict(np.zeros((32, 32, 3), np.uint8))


def test_a_run_whose_process_is_gone_was_interrupted(copied_run):
    run = Run(copied_run)
    run.update(status="running")
    assert run.status == "running"
    change_info(copied_run, process={**run.info["process"], "pid": 2**22 + 1})
    assert Run(copied_run).status == "interrupted"


def test_runs_are_listed_newest_first_and_other_folders_passed_over(copied_run, tmp_path):
    shutil.copytree(copied_run, tmp_path / "newer")
    change_info(tmp_path / "newer", created="2999-01-01T00:00:00+00:00")
    (tmp_path / "other").mkdir()
    assert [run.name for run in list_runs(tmp_path)] == ["newer", "run"]


@pytest.mark.parametrize("text", ["{", '{"format": 99}'])
def test_a_run_that_can_not_be_read_is_passed_over_with_a_warning(copied_run, tmp_path, text):
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_text(text)
    with pytest.warns(UserWarning, match=rf"A run is passed over: {tmp_path / 'damaged'}"):
        assert [run.name for run in list_runs(tmp_path)] == ["run"]
