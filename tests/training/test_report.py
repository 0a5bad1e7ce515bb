import hashlib
import html
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from modelzoo.data import ArraySplit, Dataset
from modelzoo.training import Run, Trainer, report

PICTURES = {"curves.png", "confusion.png", "samples.png"}


def train(folder, task):
    trainer = Trainer(
        "mobilenet_v1_mini",
        "shapes",
        task,
        epochs=2,
        dataset_options={"train": 60, "test": 50},
    )
    return trainer.fit(run_dir=folder / "run")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished training for class labels."""
    return train(tmp_path_factory.mktemp("class"), "multiclass")


@pytest.fixture
def seen(monkeypatch):
    """What the pictures of answers are drawn from; they are drawn all the same."""
    found = {}

    def watch(name):
        draw = getattr(report, name)

        def watched(*arguments):
            found[name] = arguments[:-1]
            draw(*arguments)

        monkeypatch.setattr(report, name, watched)

    watch("plot_confusion")
    watch("plot_samples")
    return found


def drawn(folder):
    return {each.name for each in folder.glob("*.png")}


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_training_leaves_whole_pictures(run, name):
    with Image.open(run.folder / name) as picture:
        picture.load()
        assert picture.format == "PNG"


def test_a_training_leaves_a_page_with_its_result(run):
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert f"{run.results['test_accuracy']:.4f}" in page
    assert page.count("data:image/png;base64,") == len(PICTURES)


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_labels_that_are_no_classes_have_no_confusion_matrix(tmp_path, task):
    other = train(tmp_path, task)
    assert drawn(other.folder) == PICTURES - {"confusion.png"}


def test_without_a_test_split_there_are_only_the_curves(run, tmp_path):
    folder = copy(run, tmp_path)
    dataset = run.load_dataset()
    splits = {"train": dataset.splits["train"]}
    report.report_run(Run(folder), Dataset(name="shapes", splits=splits, classes=dataset.classes))
    assert drawn(folder) == {"curves.png"}
    assert (folder / "report.html").exists()


def copy(run, to):
    """A run of the same training without its report."""
    folder = to / "copy"
    folder.mkdir()
    for name in ("run.json", "history.csv", "weights.json", "weights.safetensors"):
        (folder / name).write_bytes((run.folder / name).read_bytes())
    return folder


def test_what_is_drawn_is_what_the_run_predicts(run, seen):
    dataset = run.load_dataset()
    report.report_run(run, dataset)
    labels, predictions, classes = seen["plot_confusion"]
    test = dataset.splits["test"]
    answers = [each.label for each in run.predict(test.images)]
    assert labels.tolist() == test.labels.tolist()
    assert [classes[each] for each in predictions] == answers


def test_right_and_wrong_are_told_by_label_and_answer(run, seen):
    report.report_run(run, run.load_dataset())
    (groups,) = seen["plot_samples"]
    samples = [sample for group in groups.values() for sample in group]
    assert all(each.right == (each.answer == each.truth) for each in samples)
    accuracy = run.results["test_accuracy"]
    assert f"{round(50 * (1 - accuracy))} mistakes among 50 test images" in list(groups)[1]


def test_no_image_is_shown_twice(run, seen):
    report.report_run(run, run.load_dataset())
    (groups,) = seen["plot_samples"]
    images = [sample.image.tobytes() for group in groups.values() for sample in group]
    assert len(set(images)) == len(images)


def test_of_many_test_images_two_thousand_are_predicted(run, seen):
    dataset = run.load_dataset()
    test = dataset.splits["test"]
    many = ArraySplit(np.resize(test.images, (2100, 32, 32, 3)), np.resize(test.labels, 2100))
    splits = {**dataset.splits, "test": many}
    report.report_run(run, Dataset(name="shapes", splits=splits, classes=dataset.classes))
    assert len(seen["plot_confusion"][0]) == 2000


@pytest.mark.slow
def test_the_command_on_the_page_trains_the_same_again_to_the_bit(run, tmp_path):
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    command = html.unescape(re.search(r"modelzoo train .*?(?=</code>)", page)[0])
    words = [*shlex.split(command)[1:], "--run-dir", str(tmp_path / "again")]
    subprocess.run([sys.executable, "-m", "modelzoo", *words], check=True, capture_output=True)
    bits = [
        hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()
        for folder in (run.folder, tmp_path / "again")
    ]
    assert bits[0] == bits[1]
