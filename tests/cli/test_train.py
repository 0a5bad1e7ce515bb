"""The real thing, once: trainings in processes of their own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelzoo.training import Run

EPOCH = re.compile(
    r"epoch \d/\d  loss \d\.\d{4}  accuracy \d\.\d{4}  val_loss \d\.\d{4}  "
    r"val_accuracy \d\.\d{4}  [\d,]+ images/s  [\d.]+ s"
)


def test_it_ends_with_the_results_the_folder_and_what_is_next(trained):
    outcome, where, *commands = trained.answer.out.splitlines()
    results = Run(trained.folder).results
    assert outcome.startswith(
        f"test accuracy {results['test_accuracy']:.4f}, test loss {results['test_loss']:.4f} "
        "after 2 epochs in "
    )
    assert where.startswith("Everything is in runs/first")
    assert where.endswith("Next:")
    assert commands == [
        "  modelzoo predict runs/first IMAGE...",
        "  modelzoo export runs/first savedmodel",
        "  modelzoo runs",
    ]


def test_nothing_but_its_own_lines_reaches_the_error_stream(trained):
    loading, beginning, *epochs = trained.answer.err.splitlines()
    assert re.fullmatch(r"Loading TensorFlow \.\.\. \d+\.\d s", loading)
    assert beginning == "2 epochs of 4 steps, into runs/first"
    assert len(epochs) == 2
    assert all(EPOCH.fullmatch(line) for line in epochs), epochs


def test_it_leaves_a_finished_run_with_what_was_asked_for(trained):
    run = Run(trained.folder)
    assert run.status == "finished"
    assert (run.config.epochs, run.config.batch_size, run.config.optimizer) == (2, 16, "sgd")
    assert run.info["dataset_options"] == {"train": 64, "test": 16}
    assert run.input_shape == (24, 24, 3)


def test_names_are_refused_before_tensorflow_is_loaded(process):
    answer = process("train", "mobilenet_v1_mini", "no_such_dataset")
    assert answer.status == 2
    assert "Loading TensorFlow" not in answer.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to train: MODEL and DATASET,"),
        (["mobilenet_v1_mini"], "Say what to train: MODEL and DATASET,"),
        (
            ["--recipe", "fashion_mnist_seed", "--task", "binary"],
            "--task can't be given with --recipe: the recipe says it already.",
        ),
        (
            ["mobilenet_v1_mini", "shapes", "--recipe", "fashion_mnist_seed"],
            "MODEL can't be given with --recipe: the recipe says it already.",
        ),
        (
            ["--resume", "latest", "--epochs", "3"],
            "--epochs can't be given with --resume: the run says it already.",
        ),
        (
            ["mobilenet_v1_mini", "shapes", "--epochs", "3", "--config", "epochs=4"],
            "epochs is given twice: by --epochs and by --config.",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(command, arguments, message):
    answer = command("train", *arguments)
    assert answer.status == 2
    assert answer.err.startswith(f"Error: {message}")


def test_a_folder_with_something_in_it_is_no_place_for_a_run(command, here):
    (here / "taken").mkdir()
    (here / "taken" / "file").touch()
    answer = command("train", "mobilenet_v1_mini", "shapes", "--run-dir", "taken")
    assert answer.status == 2
    assert "is there already and not an empty folder" in answer.err
    assert [path.name for path in here.rglob("*")] == ["taken", "file"]


def test_a_finished_run_can_not_be_resumed(command, trained):
    answer = command("train", "--resume", str(trained.folder))
    assert answer.status == 2
    assert answer.err == "Error: Run 'first' has finished; there is nothing to resume.\n"


def test_ctrl_c_saves_a_checkpoint_and_prints_the_command_that_finishes(here, environment):
    training = subprocess.Popen(
        [
            *(sys.executable, "-m", "modelzoo", "train", "mobilenet_v1_mini", "shapes"),
            *("--run-dir", "my runs/one", "--epochs", "2", "--dataset-option", "train=8000"),
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    errors = ""
    while "steps, into" not in errors:
        line = training.stderr.readline()
        assert line, errors
        errors += line
    time.sleep(0.5)
    training.send_signal(signal.SIGINT)
    output, rest = training.communicate()
    assert training.returncode == 130
    assert output == ""
    assert "Traceback" not in rest
    assert Run(here / "my runs" / "one").status == "interrupted"

    printed = rest.splitlines()[-1].partition("Go on with: ")[2]
    assert printed == "modelzoo train --resume 'my runs/one'"
    scripts = Path(sys.executable).parent
    environment = {**environment, "PATH": f"{scripts}{os.pathsep}{environment['PATH']}"}
    resumed = subprocess.run(printed, shell=True, capture_output=True, text=True, env=environment)
    assert resumed.returncode == 0, resumed.stderr
    assert " after 2 epochs in " in resumed.stdout
    assert Run(here / "my runs" / "one").status == "finished"


def test_ctrl_c_before_the_first_step_leaves_nothing_behind(here, environment):
    training = subprocess.Popen(
        [sys.executable, "-m", "modelzoo", "train", "mobilenet_v1_mini", "shapes"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert training.stderr.read(len("Loading")) == "Loading"
    training.send_signal(signal.SIGINT)
    rest = training.communicate()[1]
    assert training.returncode == 130
    assert "Traceback" not in rest
    assert list(here.iterdir()) == []


def test_on_a_terminal_there_is_a_bar_and_a_line_per_epoch(terminal):
    answer = terminal(
        *("train", "mobilenet_v1_mini", "shapes", "--epochs", "2"),
        *("--dataset-option", "train=2000", "--dataset-option", "test=16"),
        columns=120,
    )
    assert answer.status == 0
    assert "building the graph" in answer.out
    assert re.search(r"epoch 2/2.*loss.*accuracy.*images/s", answer.out)
    assert len(re.findall(r"epoch \d/2  loss .* images/s  [\d.]+ s$", answer.out, re.M)) == 2
    assert answer.out.rindex("\x1b[?25h") > answer.out.rindex("\x1b[?25l")
