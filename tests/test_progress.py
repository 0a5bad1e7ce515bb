import os
import pty
import re
import subprocess
import sys

import pytest

from modelzoo.progress import progress

PROGRAM = """
import sys, time
from modelzoo import progress
progress._SILENT_SECONDS = float(sys.argv[1])
with progress.progress(int(sys.argv[2]), "Decoding images") as bar:
    for _ in range(3):
        time.sleep(0.15)
        bar.advance()
"""


def run(*arguments, **options):
    return subprocess.run([sys.executable, "-c", PROGRAM, *arguments], text=True, **options)


def test_short_work_says_nothing():
    done = run("60", "3", capture_output=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_long_work_prints_plain_lines_to_a_pipe():
    lines = run("0", "3", capture_output=True).stderr.splitlines()
    assert lines[0] == "Decoding images: 1 of 3"
    assert re.fullmatch(r"Decoding images: 3 in \d+\.\d s", lines[1])


def test_work_of_unknown_size_is_counted():
    assert run("0", "0", capture_output=True).stderr.startswith("Decoding images: 1\n")


def test_long_work_draws_a_bar_on_a_terminal():
    ours, theirs = pty.openpty()
    run("0", "3", stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    assert "Decoding images" in shown
    assert "3/3" in shown


ANNOUNCING = """
import time
from modelzoo.progress import announced
with announced("Compiling kernels"):
    time.sleep(0.3)
    print("half of it")
    raise SystemExit(3)
"""


def test_work_without_parts_is_announced_at_once_on_a_pipe():
    command = [sys.executable, "-uc", ANNOUNCING]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.stdout == "Compiling kernels ...\nhalf of it\n"
    assert done.returncode == 3


def test_work_without_parts_is_shown_on_a_terminal_and_taken_away():
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", ANNOUNCING], stderr=theirs, stdout=subprocess.PIPE)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    assert "Compiling kernels" in shown
    assert "\x1b[2K" in shown.rpartition("Compiling kernels")[2]  # the line is emptied
    assert (done.stdout, done.returncode) == (b"half of it\n", 3)


def test_an_error_inside_is_not_swallowed():
    with pytest.raises(ZeroDivisionError), progress(1, "Dividing"):
        raise ZeroDivisionError
