"""What bad input gets: one line that says what is wrong, exit status 2, and nothing left behind."""

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelzoo.errors import TrainingInterrupted
from modelzoo.training import Run, Trainer
from modelzoo.training.checkpoint import read_checkpoint
from modelzoo.training.display import LineListener

TRAIN = "train mobilenet_v1_mini"
SHAPES = f"{TRAIN} shapes --input-size 10"
# Without a validation split, so that no part of the good images is decoded, and kept, before.
PHOTOS = f"{TRAIN} image_folder --input-size 10 --data-dir photos --config validation=0"
MEASURE = "bench mobilenet_v1_mini"
ARRAYS = f"{TRAIN} npz --input-size 10 --data-dir data.npz"


class InterruptAfterAnEpoch(LineListener):
    """Presses Ctrl-C."""

    def epoch_ended(self, row):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with a finished run and an interrupted one; TensorFlow is loaded for all tests."""
    folder = tmp_path_factory.mktemp("runs")
    options = {"train": 16, "test": 8}
    shape = (10, 10, 3)
    trainer = Trainer(
        "mobilenet_v1_mini", "shapes", input_shape=shape, epochs=2, dataset_options=options
    )
    trainer.fit(run_dir=folder / "done")
    with pytest.raises(TrainingInterrupted):
        trainer.fit(run_dir=folder / "half", listener=InterruptAfterAnEpoch())
    return folder


@dataclass
class Bad:
    """Bad input and what it gets.

    Attributes:
        line: The command line without ``modelzoo``.
        message: A regular expression that the error, behind ``Error: ``, is to begin with.
        prepare: Makes what the command line names, in the working folder.
        runs: Names of the runs that are to be in the working folder before.
    """

    line: str
    message: str
    prepare: Callable[[Path], object] = lambda here: None
    runs: tuple[str, ...] = ()


# Image folders


def photos(here: Path, classes: tuple[str, ...] = ("cats", "dogs")) -> Path:
    """Four images per class; returns a file among them that is to be replaced."""
    rng = np.random.default_rng(0)
    for name in classes:
        folder = here / "photos" / name
        folder.mkdir(parents=True)
        for index in range(4):
            Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8)).save(
                folder / f"{index}.jpg"
            )
    return here / "photos" / classes[0] / "2.jpg"


def no_images(here: Path) -> None:
    for name in ("cats", "dogs"):
        folder = here / "photos" / name
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_text("no image")


def dangling(here: Path) -> None:
    path = photos(here)
    path.unlink()
    path.symlink_to("nowhere.jpg")


def locked(here: Path) -> None:
    photos(here).chmod(0)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def altered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


SKIP = r"Repair or delete the file, or .* --config bad_images=skip on the command line\.$"
IMAGES = {
    "missing_folder": Bad(PHOTOS, "There is no folder photos. Give the folder that has a sub-fold"),
    "no_images": Bad(
        PHOTOS, r"No images in photos: found 2 files \(2 with \.txt\), expected images", no_images
    ),
    "one_class": Bad(
        PHOTOS,
        r"photos has one class, 'cats' \(4 images\), expected at least two sub-folders",
        lambda here: photos(here, ("cats",)),
    ),
    "dangling_link": Bad(
        PHOTOS, f"photos/cats/2.jpg can't be read: No such file.* {SKIP}", dangling
    ),
    "locked_image": Bad(PHOTOS, f"photos/cats/2.jpg can't be read: Permission.* {SKIP}", locked),
    "truncated_image": Bad(
        PHOTOS,
        rf"photos/cats/2\.jpg \(\d+ bytes\) can't be decoded: .* {SKIP}",
        lambda here: half(photos(here)),
    ),
    "zero_byte_image": Bad(
        PHOTOS,
        rf"photos/cats/2\.jpg is not an image: it is empty \(0 bytes\)\. {SKIP}",
        lambda here: photos(here).write_bytes(b""),
    ),
    "text_named_jpg": Bad(
        PHOTOS,
        rf"photos/cats/2\.jpg \(8 bytes\) is no JPEG, .*begins with b'no image'\. {SKIP}",
        lambda here: photos(here).write_text("no image"),
    ),
}


# Arrays


X, Y = np.ones((8, 12, 12), np.uint8), np.array([0, 1, 2, 0] * 2)


def arrays(**changes: np.ndarray) -> Callable[[Path], None]:
    """Writes data.npz with these arrays in place of good ones."""
    good = {"x_train": X, "y_train": Y, "x_test": X[:4], "y_test": Y[:4]}
    return lambda here: np.savez(here / "data.npz", **{**good, **changes})


def with_nan(values: np.ndarray) -> np.ndarray:
    changed = values.astype(float)
    changed[2] = np.nan
    return changed


NPZ = {
    "label_out_of_range": Bad(
        ARRAYS,
        "Split 'test' of dataset 'npz': Label 3 of image 3 is out of range: there are 3 classes, "
        "so labels go from 0 to 2.",
        arrays(y_test=np.arange(4)),
    ),
    "negative_label": Bad(
        ARRAYS,
        "y_train of data.npz has labels from -1 to 1 for 8 images, expected a class index of 0 or",
        arrays(y_train=Y - 1),
    ),
    "nan_label": Bad(
        ARRAYS,
        "y_train of data.npz has NaN, first at 2, expected a class index of 0 or more for each",
        arrays(y_train=with_nan(Y)),
    ),
    "nan_test_label": Bad(
        ARRAYS,
        "Split 'test' of dataset 'npz': Label nan of image 2 is no class, expected one class index",
        arrays(y_test=with_nan(Y[:4])),
    ),
    "images_of_wrong_shape": Bad(
        ARRAYS,
        r"x_train of data\.npz has shape \(8, 144\), expected \(images, height, width\) or",
        arrays(x_train=X.reshape(8, 144)),
    ),
    "float_images": Bad(
        ARRAYS,
        r"x_train of data\.npz is float64, expected uint8 of 0-255\. Convert it: \(x \* 255\)",
        arrays(x_train=X / 255),
    ),
    "nan_images": Bad(
        ARRAYS,
        r"x_train of data\.npz is float64, .* It has NaN, first at \(2, 0, 0\): find out why",
        arrays(x_train=with_nan(X)),
    ),
    "missing_arrays": Bad(ARRAYS, "There is no file data.npz, expected a .npz file as numpy.savez"),
    "truncated_arrays": Bad(
        ARRAYS,
        "data.npz is not a .npz file as numpy.savez writes it, or it is cut off.",
        lambda here: (arrays()(here), half(here / "data.npz")),
    ),
}


# Names, fits, and values of options


NAMES = {
    "unknown_model": Bad(
        "train mobilenet_v1_mimi shapes",
        "There is no model named 'mobilenet_v1_mimi'. Did you mean 'mobilenet_v1_mini'",
    ),
    "unknown_dataset": Bad(
        f"{TRAIN} shape", r"There is no dataset named 'shape'\. Did you mean 'shapes'\?"
    ),
    "unknown_task": Bad(
        f"{SHAPES} --task binnary", r"There is no task named 'binnary'\. Did you mean 'binary'\?"
    ),
    "unknown_recipe": Bad(
        "train --recipe fashion_mnist_sed",
        "There is no recipe named 'fashion_mnist_sed'. Did you mean 'fashion_mnist_seed'",
    ),
    "unknown_exporter": Bad(
        "export done savedmodle",
        r"There is no exporter named 'savedmodle'\. Did you mean 'savedmodel'\?",
        runs=("done",),
    ),
    "unknown_run": Bad("predict no_such_run photo.jpg", "There is no run 'no_such_run': neither"),
    "unknown_run_to_resume": Bad(
        "train --resume no_such_run", "There is no run 'no_such_run': neither is it a folder"
    ),
    "unknown_setting": Bad(
        f"{SHAPES} --config epoch=3", r"There is no training setting 'epoch'\. There are: epochs, "
    ),
    "task_of_other_labels": Bad(
        f"{TRAIN} fashion_mnist_sample --task regression",
        "Dataset 'fashion_mnist_sample' has labels of kind 'class', but task 'regression' learns "
        "from 'value' labels. The dataset's own task is 'multiclass'.",
    ),
    "task_of_fewer_classes": Bad(
        f"{TRAIN} fashion_mnist_sample --task binary",
        "Dataset 'fashion_mnist_sample' has 10 classes, but task 'binary' takes 2. "
        "The dataset's own task is 'multiclass'.",
    ),
    "data_of_more_classes_than_the_task_takes": Bad(
        f"{ARRAYS} --task binary",
        "Dataset 'npz' has 3 classes, but task 'binary' takes 2. "
        "The dataset's own task is 'multiclass'.",
        arrays(),
    ),
    "too_small_images": Bad(
        f"{TRAIN} shapes --input-size 4",
        "Model 'mobilenet_v1_mini' needs images of at least 10 x 10 pixels, not 4 x 4.",
    ),
    **{
        f"{name}_of_{value}": Bad(
            f"{SHAPES} --{name.replace('_', '-')} {value}",
            f"{name} is {value}, expected a whole number of at least 1.",
        )
        for name in ("epochs", "batch_size")
        for value in (0, -1)
    },
    **{
        f"{name}_in_words": Bad(
            f"{SHAPES} --{name} ten",
            f"Invalid value for '--{name}': 'ten' is not a whole number. See `modelzoo train --h",
        )
        for name in ("epochs", "batch-size")
    },
}


BENCH = {
    "unknown_model_to_measure": Bad(
        "bench mobilenet_v1_mini mobilenet_v1_mimi",
        "There is no model named 'mobilenet_v1_mimi'. Did you mean 'mobilenet_v1_mini'",
    ),
    "no_model_to_measure": Bad(
        "bench", r"Missing argument 'MODEL\.\.\.'\. See `modelzoo bench --h"
    ),
    "unknown_task_to_measure": Bad(
        f"{MEASURE} --task binnary", r"There is no task named 'binnary'\. Did you mean 'binary'\?"
    ),
    "more_classes_than_the_task_takes": Bad(
        f"{MEASURE} --task binary --classes 3",
        "The head that is asked for has 3 classes, but task 'binary' takes 2.",
    ),
    "too_small_images_to_measure": Bad(
        f"{MEASURE} --input-size 4",
        "Model 'mobilenet_v1_mini' needs images of at least 10 x 10 pixels, not 4 x 4.",
    ),
    "no_size": Bad(f"{MEASURE} --input-size big", "Invalid value for '--input-size': 'big' is not"),
    "no_steps": Bad(
        f"{MEASURE} --steps 0", r"--steps is 0, expected a whole number of at least 1\."
    ),
    "no_images_in_a_batch": Bad(
        f"{MEASURE} --batch-size 0", "batch_size is 0, expected a whole number of at least 1."
    ),
    "two_batch_sizes": Bad(
        f"{MEASURE} --batch-size 8 --config batch_size=8",
        "batch_size is given twice: by --batch-size and by --config.",
    ),
    "setting_of_no_step": Bad(
        f"{MEASURE} --config epochs=3", "A step's time does not depend on 'epochs'. What it depends"
    ),
    "option_of_another_model": Bad(
        f"{MEASURE} --model-option alpha=0.5",
        "Model 'mobilenet_v1_mini' has no option 'alpha'. Its options are: ",
    ),
    "option_without_a_value": Bad(
        f"{MEASURE} --model-option alpha", "Invalid value for '--model-option': 'alpha' is not NAME"
    ),
    "picture_of_another_format": Bad(
        f"{MEASURE} --plot speed.gif",
        r"--plot is 'speed\.gif', expected a file ending in \.png or \.svg or \.pdf\.",
    ),
}


# Runs


def checkpoint(here: Path) -> Path:
    return max((here / "half" / "checkpoints").iterdir())


def change_format(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))


PREDICT, EVALUATE, RESUME = "predict done done/picture.png", "evaluate done", "train --resume half"
ALTERED = (
    r"{} \(\d+ bytes\) is not the file that was written: its SHA-256 differs\. "
    "It is truncated or was altered; restore it from where it was copied"
)
DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing": (Path.unlink, "{} can't be read: No such file or directory. Restore it from"),
    "truncated": (half, ALTERED),
    "altered": (altered, ALTERED),
}
STATE, MODEL = "checkpoints/epoch-0001-step-000000", "model.safetensors"
OTHER_FORMAT = (
    r"{} has format 99, this version reads 1\. Use the version of tf-modelzoo that wrote it"
)
RUNS = {
    **{
        f"{damage}_weights_to_{line.split()[0]}_with": Bad(
            line,
            message.format("done/weights.safetensors"),
            lambda here, harm=harm: harm(here / "done" / "weights.safetensors"),
            ("done",),
        )
        for line in (PREDICT, EVALUATE)
        for damage, (harm, message) in DAMAGES.items()
    },
    **{
        f"{damage}_tensors_of_a_checkpoint": Bad(
            RESUME,
            rf"Checkpoint half/{STATE} is damaged "
            rf"\({message.format(f'half/{STATE}/{MODEL}')}.*\)\. "
            r"Delete this folder to resume from the checkpoint before it\.",
            lambda here, harm=harm: harm(checkpoint(here) / MODEL),
            ("half",),
        )
        for damage, (harm, message) in DAMAGES.items()
    },
    **{
        f"{damage}_state_of_a_checkpoint": Bad(
            RESUME,
            rf"Checkpoint half/{STATE} is damaged \(state\.json: .*\)\. Delete this folder to",
            lambda here, harm=harm: harm(checkpoint(here) / "state.json"),
            ("half",),
        )
        for damage, (harm, _) in DAMAGES.items()
    },
    "no_checkpoint": Bad(
        RESUME,
        "half/checkpoints has no checkpoint, so there is nothing to resume from. Train anew",
        lambda here: shutil.rmtree(here / "half" / "checkpoints"),
        ("half",),
    ),
    "run_of_another_format": Bad(
        EVALUATE,
        OTHER_FORMAT.format("done"),
        lambda here: change_format(here / "done" / "run.json"),
        ("done",),
    ),
    "run_to_resume_of_another_format": Bad(
        RESUME,
        OTHER_FORMAT.format("half"),
        lambda here: change_format(here / "half" / "run.json"),
        ("half",),
    ),
    "truncated_run_json": Bad(
        EVALUATE,
        r"done/run\.json is damaged: ",
        lambda here: half(here / "done" / "run.json"),
        ("done",),
    ),
    "run_folder_that_cant_be_written": Bad(
        f"{SHAPES} --run-dir /proc/run", "/proc/run can't be written: "
    ),
    "run_folder_below_a_file": Bad(
        f"{SHAPES} --run-dir file/run",
        "file/run can't be written: Not a directory. Choose another folder.",
        lambda here: (here / "file").touch(),
    ),
    "run_folder_that_holds_something": Bad(
        f"{SHAPES} --run-dir done",
        "done is there already and not an empty folder. Choose another run folder, or resume",
        runs=("done",),
    ),
}


def listing(*folders: Path) -> dict[Path, bytes | str]:
    """Every file, link and folder below, with what is in it."""
    found: dict[Path, bytes | str] = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_symlink():
            found[path] = str(path.readlink())
        elif path.is_file():
            found[path] = path.read_bytes() if os.access(path, os.R_OK) else "locked"
        else:
            found[path] = "folder"
    return found


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(bad, id=name)
        for name, bad in {**NAMES, **BENCH, **IMAGES, **NPZ, **RUNS}.items()
    ],
)
def test_bad_input_gets_one_line_and_leaves_nothing_behind(bad, command, here, cache, runs):
    if bad.prepare is locked and os.geteuid() == 0:
        pytest.skip("nothing is locked for root")
    for name in bad.runs:
        shutil.copytree(runs / name, here / name)
        Image.new("RGB", (10, 10)).save(here / name / "picture.png")
    bad.prepare(here)
    before = listing(here, cache)
    answer = command(*bad.line.split())
    after = listing(here, cache)
    message = answer.err.replace(f"{here}/", "")
    assert answer.status == 2
    assert answer.out == ""
    assert re.match(f"Error: {bad.message}", message)
    assert message.count("\n") == 1
    assert after == before


def test_a_loss_that_is_not_finite_ends_the_training_and_keeps_the_last_checkpoint(command, here):
    options = "--learning-rate 1e30 --config optimizer=sgd --batch-size 4 --dataset-option train=16"
    answer = command(*f"{SHAPES} {options} --run-dir run".split())
    assert answer.status == 2
    assert answer.out == ""
    match = re.fullmatch(
        # ReLU can hide NaN of the weights before it: these are looked at, too.
        r"Error: (?:The loss became (?:nan|-?inf)|The weights \S+ became NaN or infinite) "
        r"at step (\d) \(epoch 1\), so the training was "
        r"stopped\. The last good checkpoint is (.+)\. Try a smaller learning rate\.",
        answer.err.splitlines()[-1],
    )
    assert match, answer.err
    assert 1 <= int(match[1]) <= 4
    assert read_checkpoint(Path(match[2])).epoch == 0
    assert Path(match[2]).is_relative_to(here / "run")
    assert Run(here / "run").status == "failed"


def test_a_broken_plugin_ends_every_command_where_plugins_are_to_be_strict(process, here, install):
    install("acme", "1 / 0\n")
    answer = process("list", MODELZOO_STRICT_PLUGINS="1")
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err == (
        "Error: Plugin 'acme' of acme 1.0 failed: "
        "importing acme_zoo raised ZeroDivisionError: division by zero.\n"
    )
    assert list(here.iterdir()) == []
