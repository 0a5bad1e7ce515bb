"""Sets of TensorFlow Datasets that are made here, prepared once for all tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelzoo.data import cache_folder

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "MODELZOO_STRICT_PLUGINS": "1"}
# Compiled once for all tests, those too that have a cache folder of their own.
os.environ.setdefault("MODELZOO_KERNELS", str(cache_folder() / "kernels"))
TESTS = Path(__file__).parent
PREPARED = ("photos", "digits", "several", "twofold", "supervised", "contest", "partly")
PREPARED += ("benchmark", "transparent", "coloured/red", "coloured/blue-green")

PREPARE = """
import sys
import tensorflow_datasets as tfds
import sets
tfds.disable_progress_bar()
for name in sys.argv[2:]:
    tfds.builder(name, data_dir=sys.argv[1]).download_and_prepare()
sets.FashionMnist(data_dir=sys.argv[1]).download_and_prepare()
"""


def pytest_configure(config):
    # Sets are prepared in this process, too.
    config.addinivalue_line("filterwarnings", "ignore:TensorFlow has started already")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory) -> Path:
    """A folder of prepared sets."""
    folder = tmp_path_factory.mktemp("tensorflow_datasets")
    command = [sys.executable, "-c", PREPARE, str(folder), *PREPARED]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(TESTS)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch) -> Path:
    """An empty cache folder of this test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("MODELZOO_CACHE", str(folder))
    return folder


@pytest.fixture
def no_network(monkeypatch):
    """Whatever is asked of the network goes to a port of this machine where nobody listens."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        for each in (name, name.lower()):
            monkeypatch.setenv(each, "http://127.0.0.1:9")
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
