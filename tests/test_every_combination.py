"""Every registered model with every dataset and every task: it trains, or it is refused."""

import itertools
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import modelzoo
from modelzoo.data import Dataset, load_dataset
from modelzoo.errors import IncompatibleError
from modelzoo.registry import check_dataset_task, check_model_task, default_host, find

# Side of the images: the smallest that every model takes.
SIDE = 32
IMAGES = 4
DEBIAN_FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")


def built_in(kind):
    entries = default_host().registry.entries(kind, distribution="tf-modelzoo")
    return [entry.spec.name for entry in entries]


def is_compatible(model, task, dataset):
    try:
        check_model_task(find("model", model).spec, find("task", task).spec)
        check_dataset_task(find("dataset", dataset).spec, find("task", task).spec)
    except IncompatibleError:
        return False
    return True


COMBINATIONS = list(itertools.product(built_in("model"), built_in("task"), built_in("dataset")))
COMPATIBLE = [each for each in COMBINATIONS if is_compatible(*each)]
INCOMPATIBLE = [each for each in COMBINATIONS if not is_compatible(*each)]
# With every model once, every dataset and every task: what is run unless all is asked for.
FEW = {
    *((model, "multiclass", "shapes") for model in built_in("model")),
    *(each for each in COMPATIBLE if each[0] == "mobilenet_v1_mini"),
}


def write_images(folder, names):
    rng = np.random.default_rng(0)
    for split, name in itertools.product(("training_set", "test_set"), names):
        (folder / split / name).mkdir(parents=True)
        for index in range(IMAGES):
            image = Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8))
            image.save(folder / split / name / f"{index}.png")
    return folder


def write_arrays(path, labels):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (IMAGES, SIDE, SIDE, 3), np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return path


LABELS = {
    "binary": [0, 1, 0, 1],
    "multiclass": [0, 1, 2, 0],
    "multilabel": [[0, 1], [1, 1], [0, 0], [1, 0]],
    "regression": [0.5, -1.0, 2.0, 0.0],
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Where a dataset that needs files has them, small ones in its true format."""
    folder = tmp_path_factory.mktemp("data")

    def find_data(dataset, task):
        place = folder / f"{dataset}-{task}"
        if dataset in ("image_folder", "cats_vs_dogs"):
            return place if place.exists() else write_images(place, ("cats", "dogs"))
        if dataset == "npz":
            return write_arrays(folder / f"{task}.npz", LABELS[task])
        if dataset == "mnist":
            path = folder / "mnist.npz"
            images, labels = np.zeros((IMAGES, 28, 28), np.uint8), np.array([0, 9, 1, 2])
            np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
            return path
        if dataset == "cifar10":
            place.mkdir(exist_ok=True)
            for name in (*(f"data_batch_{index}.bin" for index in range(1, 6)), "test_batch.bin"):
                (place / name).write_bytes(bytes([3] + [128] * 3072) * 2)
            return place
        if dataset == "fashion_mnist" and not DEBIAN_FASHION_MNIST.is_dir():
            pytest.skip("Debian's package dataset-fashion-mnist is not installed")
        return None

    return find_data


def first_images(name, **options):
    """The dataset's first images alone: enough for two steps."""
    dataset = load_dataset(name, **options)
    splits = {
        split: each.subset(np.arange(len(each)) < IMAGES) for split, each in dataset.splits.items()
    }
    return Dataset(name=dataset.name, splits=splits, classes=dataset.classes)


@pytest.fixture
def eagerly():
    """Without graphs, which take longer to make than these few steps; all else is the same."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
    keras.backend.clear_session()


@pytest.mark.parametrize(
    ("model", "task", "dataset"),
    [
        pytest.param(*each, marks=() if each in FEW else pytest.mark.slow, id=" ".join(each))
        for each in COMPATIBLE
    ],
)
def test_it_trains(model, task, dataset, data_dir, tmp_path, monkeypatch, cache, eagerly):
    monkeypatch.setattr("modelzoo.training.run.load_dataset", first_images)
    # What is not asked here, and takes most of the time: pictures and checkpoints.
    monkeypatch.setattr("modelzoo.training.report.report_run", lambda *_: None)
    monkeypatch.setattr("modelzoo.training.state.write_checkpoint", lambda *_: None)
    trainer = modelzoo.Trainer(
        model,
        dataset,
        task,
        input_shape=(SIDE, SIDE, 3),
        data_dir=data_dir(dataset, task),
        epochs=1,
        batch_size=2,
        optimizer="sgd",
        validation=0.0,
    )
    run = trainer.fit(run_dir=tmp_path / "run")
    assert run.status == "finished"
    assert run.history[0]["step"] == 2
    assert np.isfinite(run.results["test_loss"])


REFUSED = """
import sys, modelzoo
from modelzoo.errors import IncompatibleError
for words in sys.stdin.read().splitlines():
    model, task, dataset = words.split()
    try:
        modelzoo.Trainer(model, dataset, task)
    except IncompatibleError as error:
        print(error)
    else:
        print("not refused:", words)
assert "tensorflow" not in sys.modules
"""


def test_what_does_not_fit_is_refused_before_tensorflow_is_imported():
    words = "\n".join(" ".join(each) for each in INCOMPATIBLE)
    done = subprocess.run(
        [sys.executable, "-c", REFUSED], input=words, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == len(INCOMPATIBLE) > 0
    for (_, task, dataset), answer in zip(INCOMPATIBLE, answers, strict=True):
        assert answer.startswith(f"Dataset '{dataset}' has ")
        assert f"but task '{task}' " in answer
