"""Ways to run the command: as a process, on a terminal, and within this process."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelzoo.cli import main

MODULE = [sys.executable, "-m", "modelzoo"]


@dataclass
class Answer:
    """What a command left: exit status and texts."""

    status: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def environment(cache, monkeypatch) -> Mapping[str, str]:
    """The environment of a user, without what this computer's owner may have set."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return os.environ


@pytest.fixture
def process(here, environment):
    """Runs ``modelzoo`` as a process of its own, with pipes, in an empty folder."""

    def run(*arguments: str, **variables: str) -> Answer:
        done = subprocess.run(
            [*MODULE, *arguments], capture_output=True, text=True, env={**environment, **variables}
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def command(here, environment, capsys, monkeypatch):
    """Runs ``modelzoo`` within this process, in an empty folder."""
    # As if somebody had chosen: TensorFlow may have started before, which would be warned about.
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "2")

    def run(*arguments: str) -> Answer:
        status = main(arguments)
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


@pytest.fixture
def terminal(here, environment):
    """Runs ``modelzoo`` as a process of its own on a terminal of 100 columns."""

    def run(*arguments: str, columns: int = 100, **variables: str) -> Answer:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        child = subprocess.Popen(
            [*MODULE, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment, **variables},
        )
        os.close(theirs)
        text = b""
        while piece := _read(ours):
            text += piece
        os.close(ours)
        return Answer(child.wait(), text.decode().replace("\r\n", "\n"), "")

    return run


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux: the other side is closed
        return b""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a distribution of one module, which is its plugin; returns nothing."""

    def install(distribution: str, code: str) -> None:
        site = tmp_path / f"site_{distribution}"
        about = site / f"{distribution}-1.0.dist-info"
        about.mkdir(parents=True)
        (site / f"{distribution}_zoo.py").write_text(code)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        (about / "entry_points.txt").write_text(
            f"[modelzoo]\n{distribution} = {distribution}_zoo\n"
        )
        known = os.environ.get("PYTHONPATH", "")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), known))))

    return install


@dataclass
class Trained:
    """A finished training and what its command printed."""

    folder: Path
    answer: Answer


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Trained:
    """A small network, trained once by a process of its own; not to be changed."""
    cwd = tmp_path_factory.mktemp("trained")
    done = subprocess.run(
        [
            *(*MODULE, "train", "mobilenet_v1_mini", "shapes", "--task", "binary"),
            *("--epochs", "2", "--batch-size", "16", "--config", "optimizer=sgd"),
            *("--dataset-option", "train=64", "--dataset-option", "test=16"),
            *("--input-size", "24", "--run-dir", "runs/first"),
        ],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "MODELZOO_CACHE": str(cwd / "cache")},
    )
    assert done.returncode == 0, done.stderr
    return Trained(cwd / "runs" / "first", Answer(done.returncode, done.stdout, done.stderr))
