import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.training.display import BarListener, LineListener, clock, epoch_line, make_listener

RUN = SimpleNamespace(folder=Path("/somewhere/run"))

TRAINING = """
import pathlib, sys, time, types
from modelzoo.training.display import make_listener
listener = make_listener()
run = types.SimpleNamespace(folder=pathlib.Path("/somewhere/run"))
listener.started(run, 30, 10, 0)
listener.stepped(12, {"loss": 0.5, "accuracy": 0.75}, 1234.5)
time.sleep(0.2)
listener.stepped(15, {"loss": 0.4, "accuracy": 0.8125}, 2345.6)
time.sleep(0.2)
row = {"epoch": 2, "step": 20, "seconds": 3.0, "loss": 0.3, "accuracy": 0.875}
if sys.argv[1:] == ["validation"]:
    row |= {"images_per_second": 1234.5, "val_loss": 0.25, "val_accuracy": 0.8125}
listener.epoch_ended(row)
if sys.argv[1:] == ["fail"]:
    try:
        raise RuntimeError
    except RuntimeError:
        listener.close()
else:
    listener.finished(run)
"""


def on_a_terminal(*arguments: str, columns: int = 120) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    child = subprocess.Popen(
        [sys.executable, "-c", TRAINING, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:
        pass
    os.close(ours)
    assert child.wait() == 0
    return text.decode()


@pytest.fixture(scope="module")
def screen():
    return on_a_terminal()


@pytest.mark.parametrize(
    "shown", ["epoch 2/3", "loss 0.4000", "accuracy 0.8125", "2,346 images/s", " left"]
)
def test_the_bar_shows(screen, shown):
    assert shown in screen


def test_the_line_of_an_epoch_stays_on_the_terminal(screen):
    assert "epoch 2/3  loss 0.3000  accuracy 0.8750  3.0 s\r\n" in screen


WITH_VALIDATION = "epoch 2/3  loss 0.3000  accuracy 0.8750  val_loss 0.2500  val_accuracy 0.8125"


@pytest.mark.parametrize(
    ("columns", "extras"),
    [
        (120, "  1,234 images/s  3.0 s"),
        (100, "  1,234 images/s  3.0 s"),
        (99, "  3.0 s"),
        (84, "  3.0 s"),
        (83, ""),
        (80, ""),
        (40, ""),
    ],
)
def test_the_line_of_an_epoch_leaves_out_what_has_no_room(columns, extras):
    text = on_a_terminal("validation", columns=columns)
    assert f"{WITH_VALIDATION}{extras}\r\n" in text


@pytest.mark.parametrize("columns", [80, 120])
def test_the_bar_leaves_room_for_what_a_terminal_writes_at_ctrl_c(columns):
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", on_a_terminal(columns=columns))
    bars = [line for line in re.split(r"[\r\n]+", text) if "images/s" in line]
    assert bars
    assert max(map(len, bars)) <= columns - len("^C^C")


@pytest.mark.parametrize("arguments", [[], ["fail"]], ids=["finished", "failed"])
def test_the_cursor_comes_back(arguments):
    text = on_a_terminal(*arguments)
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_without_a_terminal_there_is_a_line_per_epoch():
    done = subprocess.run(
        [sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True
    )
    assert done.stderr == (
        "3 epochs of 10 steps, into /somewhere/run\n"
        "epoch 2/3  loss 0.3000  accuracy 0.8750  3.0 s\n"
    )
    assert done.stdout == ""


def test_a_pipe_gets_lines():
    assert isinstance(make_listener(), LineListener)


def test_a_resumed_training_says_from_where(capsys):
    LineListener().started(RUN, 20, 10, 13)
    assert capsys.readouterr().err == (
        "2 epochs of 10 steps, from step 13 on, into /somewhere/run\n"
    )


def test_a_run_folder_below_the_working_directory_is_shown_as_one_types_it(capsys):
    LineListener().started(SimpleNamespace(folder=Path("runs/one").absolute()), 10, 10, 0)
    assert capsys.readouterr().err == "1 epoch of 10 steps, into runs/one\n"


def test_closing_a_bar_that_was_never_drawn_does_nothing(capsys):
    listener = BarListener()
    listener.close()
    listener.close()
    assert capsys.readouterr().err == ""


def test_importing_the_listeners_does_not_import_rich():
    code = "import sys, modelzoo.training.display; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_epochs_are_aligned_where_there_are_ten():
    assert epoch_line({"epoch": 2}, 10).startswith("epoch  2/10")


@given(st.floats(0, 1e6))
def test_a_duration_is_read_back_to_the_second(seconds):
    text = clock(seconds)
    if text.endswith(" s"):
        read = float(text[:-2])
    else:
        read = sum(int(part) * 60**power for power, part in enumerate(text.split(":")[::-1]))
    assert abs(read - seconds) <= 0.5
