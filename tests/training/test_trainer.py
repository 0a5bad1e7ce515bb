import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from modelzoo.errors import ConfigError, IncompatibleError, OptionError, RunError, UnknownNameError
from modelzoo.training import Run, Trainer
from modelzoo.training.seeding import seeded


@pytest.mark.parametrize(
    ("model", "dataset", "settings", "expected"),
    [
        ("mobilenet_v1_mini", "fashion_mnist", {}, (28, 28, 1)),
        ("mobilenet_v1_mini", "cifar10", {}, (32, 32, 3)),
        ("mobilenet_v1_mini", "cats_vs_dogs", {}, (64, 64, 3)),
        ("mobilenet_v1", "cifar10", {}, (32, 32, 3)),
        ("mobilenet_v1", "fashion_mnist", {}, (224, 224, 3)),
        ("mobilenet_v1_025_128", "cifar10", {}, (128, 128, 3)),
        ("mobilenet_v1_025_128", "cifar10", {"input_shape": (64, 48, 1)}, (64, 48, 1)),
    ],
    ids=[
        "the dataset's",
        "the dataset's, not the model's",
        "the model's for the task",
        "the dataset's, where the model takes it",
        "the model's, where the dataset's is too small",
        "the model's, where its name promises it",
        "the user's",
    ],
)
def test_whose_input_shape_it_is(model, dataset, settings, expected):
    assert Trainer(model, dataset, **settings).input_shape == expected


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "message"),
    [
        (("mobilenet", "shapes"), {}, UnknownNameError, "There is no model named 'mobilenet'"),
        (("mobilenet_v1", "shape"), {}, UnknownNameError, "Did you mean 'shapes'"),
        (("mobilenet_v1", "shapes", "sort"), {}, UnknownNameError, "no task named 'sort'"),
        (("mobilenet_v1", "mnist", "binary"), {}, IncompatibleError, "10 classes, but task"),
        (("mobilenet_v1", "shapes"), {"epoch": 3}, ConfigError, "no training setting 'epoch'"),
        (("mobilenet_v1", "shapes"), {"epochs": 0}, ConfigError, "epochs is 0"),
        (("mobilenet_v1", "shapes"), {"augment": {"spin": 1}}, ConfigError, "no augmentation 'spi"),
        (
            ("mobilenet_v1", "shapes"),
            {"input_shape": (16, 16, 3)},
            IncompatibleError,
            "at least 32 x 32 pixels, not 16 x 16",
        ),
    ],
)
def test_what_can_be_told_from_names_is_refused_at_once(arguments, settings, error, message):
    with pytest.raises(error, match=message):
        Trainer(*arguments, **settings)


def test_nothing_of_that_imports_tensorflow():
    program = (
        "import sys, modelzoo\n"
        "modelzoo.Trainer('mobilenet_v1_mini', 'shapes', 'binary', epochs=3)\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"optimizer": "adamm"}, ConfigError, "Keras knows no optimizer 'adamm'"),
        ({"loss": "hing"}, ConfigError, "Keras knows no loss 'hing'"),
        ({"metrics": ("accurate",)}, ConfigError, "Keras knows no metrics 'accurate'"),
        ({"model_options": {"alpha": 1}}, OptionError, "has no option 'alpha'"),
        ({"dataset_options": {"sides": 3}}, OptionError, "has no option 'sides'"),
        ({"strategy": "fast"}, ConfigError, "strategy is 'fast'"),
    ],
)
def test_what_is_refused_later_leaves_no_folder(trainer, tmp_path, settings, error, message):
    with pytest.raises(error, match=message):
        trainer(**settings).fit(run_dir=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_touched(trainer, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(RunError, match="is there already and not an empty folder"):
        trainer().fit(run_dir=tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


def test_runs_get_folders_of_their_own(trainer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [trainer().fit().folder.relative_to(tmp_path) for _ in range(2)]
    assert len(set(names)) == 2
    assert all(str(each).startswith("runs/mobilenet_v1_mini-shapes-20") for each in names)


AT_ONCE = """
import sys, modelzoo, tensorflow
trainer = modelzoo.Trainer(
    "mobilenet_v1_mini", "shapes", epochs=1, seed=int(sys.argv[1]), batch_size=12,
    dataset_options={"train": 24, "test": 8},
)
print("ready", flush=True)
sys.stdin.readline()
trainer.fit()
"""


def test_trainings_that_begin_in_the_same_second_have_folders_of_their_own(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(seed)],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    assert [each.stdout.readline() for each in processes] == ["ready\n"] * 2
    for each in processes:
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in processes:
        each.communicate()
        assert each.returncode == 0
    runs = [Run(folder) for folder in (tmp_path / "runs").iterdir()]
    assert sorted(run.config.seed for run in runs) == [1, 2]
    assert [run.status for run in runs] == ["finished"] * 2


def test_fit_takes_settings_that_replace_the_trainer_s(trainer, tmp_path):
    run = trainer(epochs=5).fit(run_dir=tmp_path / "run", epochs=2)
    assert [row["epoch"] for row in run.history] == [1, 2]
    assert run.config.epochs == 2


def test_the_same_seed_gives_the_same_weights_and_another_does_not(trainer, tmp_path):
    weights = [
        trainer(seed=seed).fit(run_dir=tmp_path / str(index)).folder / "weights.safetensors"
        for index, seed in enumerate((1, 1, 2))
    ]
    first, again, other = (path.read_bytes() for path in weights)
    assert first == again != other


def test_evaluate_and_predict_ask_the_last_run(trainer, tmp_path):
    trained = trainer()
    run = trained.fit(run_dir=tmp_path / "run")
    assert trained.evaluate() == run.evaluate()
    image = np.zeros((32, 32, 3), np.uint8)
    assert trained.predict(image) == run.predict(image)


@pytest.mark.parametrize("verb", ["evaluate", "predict"])
def test_before_fit_there_is_nothing_to_ask(trainer, verb):
    with pytest.raises(RunError, match=r"Nothing has been trained yet. Call fit\(\) first"):
        getattr(trainer(), verb)(*([] if verb == "evaluate" else ["cat.jpg"]))


def test_keras_s_own_optimizer_schedule_loss_and_metric_work(trainer, tmp_path):
    run = trainer(
        epochs=2,
        optimizer="sgd",
        learning_rate=keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.1, 0.01]),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=(keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="top2"),),
    ).fit(run_dir=tmp_path / "run")
    rates = [row["learning_rate"] for row in run.history]
    assert rates == pytest.approx([0.1, 0.01])
    assert 0 <= run.results["test_top2"] <= 1


def test_a_recipe_trains_as_it_says():
    trainer = Trainer.from_recipe("cats_vs_dogs_seed", epochs=2)
    assert trainer.config.augment == {"horizontal_flip": True, "zoom": 0.2, "shear": 0.2}
    assert (trainer.config.epochs, trainer.config.batch_size) == (2, 32)
    assert trainer.input_shape == (64, 64, 3)


def test_training_begins_with_the_weights_of_another_run(trainer, finished_run, tmp_path):
    run = trainer(weights=finished_run.folder, optimizer="sgd", learning_rate=0.0).fit(
        run_dir=tmp_path / "run"
    )
    for ours, theirs in zip(run.model.get_weights(), finished_run.model.get_weights(), strict=True):
        assert (ours == theirs).all()


FULL_DISK = """
import resource, sys, modelzoo
from modelzoo.errors import StorageError
trainer = modelzoo.Trainer("mobilenet_v1_mini", "shapes", dataset_options={"train": 20, "test": 4})
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
try:
    trainer.fit(run_dir="run")
except StorageError as error:
    print(error)
"""


def test_a_disk_that_is_full_from_the_start_leaves_no_folder(tmp_path):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, "20000"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "can't be written: File too large" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_written_is_named(trainer):
    from modelzoo.errors import StorageError

    with pytest.raises(StorageError, match="/proc/nowhere can't be written"):
        trainer().fit(run_dir=Path("/proc/nowhere"))


def test_a_run_is_found_by_its_folder(finished_run):
    assert Run(finished_run.folder).results == finished_run.results


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "options", "slack"),
    [
        ("mobilenet_v1_mini", {}, 1e-4),
        # Rounding lets a ReLU whose input is almost 0 fall to its other side, which in a deep
        # network has changed a step by up to a thirtieth.
        ("mobilenet_v1", {"alpha": 0.25, "dropout": 0.0}, 0.1),
    ],
)
def test_replicas_change_a_step_by_rounding_only(tmp_path, model, options, slack):
    """On images that are large enough for the statistics of the last batch norm."""
    first, *others = [
        Trainer(
            model, "shapes", epochs=1, batch_size=8, replicas=replicas, validation=0.0,
            optimizer="sgd", learning_rate=0.1, input_shape=(64, 64, 3), model_options=options,
            dataset_options={"train": 8, "test": 4},
        ).fit(run_dir=tmp_path / str(replicas))
        for replicas in (1, 2, 3)
    ]  # fmt: skip
    with seeded(first.config.seed):
        before = all_weights(first.build_model())
    after = all_weights(first.model)
    for run in others:
        difference = np.linalg.norm(all_weights(run.model) - after)
        assert difference < slack * np.linalg.norm(after - before)
        assert run.history[0]["loss"] == pytest.approx(first.history[0]["loss"], rel=1e-4)
        assert run.history[0]["accuracy"] == first.history[0]["accuracy"]
        assert run.results["test_loss"] == pytest.approx(first.results["test_loss"], rel=1e-3)


def all_weights(model):
    return np.concatenate([np.ravel(each) for each in model.get_weights()])
