"""A Hub on this machine for all tests, and folders of their own."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from hub_server import serving
from hub_state import ADA, Hub

from modelzoo.data import cache_folder

_opened = ExitStack()
_folder = Path(_opened.enter_context(tempfile.TemporaryDirectory()))
(_folder / "hub").mkdir()
_hub, _address = _opened.enter_context(serving(_folder / "hub"))

# Compiled once for all tests.
os.environ.setdefault("MODELZOO_KERNELS", str(cache_folder() / "kernels"))
# Before the Hub's library is imported, which reads them once. Files go by Git LFS, since Xet is a
# protocol of another kind of server.
os.environ |= {
    "HF_ENDPOINT": _address,
    "HF_HOME": str(_folder / "home"),
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MODELZOO_CACHE": str(_folder / "cache"),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MODELZOO_STRICT_PLUGINS": "1",
}
for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_DATASETS_CACHE", "HF_HUB_CACHE", "HF_TOKEN_PATH"):
    os.environ.pop(name, None)


def pytest_unconfigure(config):
    _opened.close()


@pytest.fixture
def hub() -> Hub:
    """The Hub, empty."""
    _hub.forget()
    return _hub


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty cache folder of this test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MODELZOO_CACHE", str(folder))
    return folder


@pytest.fixture
def ada(monkeypatch) -> str:
    """Whoever asks the Hub is ada."""
    monkeypatch.setenv("HF_TOKEN", ADA)
    return ADA


@dataclass
class Answer:
    """What a command left: exit status and texts."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(tmp_path, cache):
    """Runs ``modelzoo`` as a process of its own in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()

    def run(*arguments: str, **variables: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "modelzoo", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, **variables},
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    run.folder = folder
    return run


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A small network, trained once; not to be changed."""
    import modelzoo

    folder = tmp_path_factory.mktemp("trained")
    options = {"train": 64, "test": 16}
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini",
        "shapes",
        "binary",
        epochs=1,
        batch_size=16,
        input_shape=(24, 24, 3),
        dataset_options=options,
    )
    return trainer.fit(run_dir=folder / "run")
