"""What every test can use."""

import os
from pathlib import Path

import pytest

from modelzoo.storage import cache_folder

REPOSITORY = Path(__file__).resolve().parent.parent
# Compiled once for all tests, those too that have a cache folder of their own.
os.environ.setdefault("MODELZOO_KERNELS", str(cache_folder() / "kernels"))


def pytest_configure(config):
    # Most tests train in a process in which others have before.
    config.addinivalue_line("filterwarnings", "ignore:TensorFlow has started already")


@pytest.fixture(scope="session", autouse=True)
def quiet_tensorflow():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder with pyproject.toml."""
    return REPOSITORY


@pytest.fixture(scope="session")
def cats_and_dogs() -> Path:
    """The folder with the real training_set and test_set of cats and dogs."""
    default = REPOSITORY.parent / "shared" / "data" / "cats_and_dogs"
    folder = Path(os.environ.get("MODELZOO_TEST_CATS_VS_DOGS", default))
    if not folder.is_dir():
        pytest.skip("the real cats-vs-dogs images are not here; MODELZOO_TEST_CATS_VS_DOGS=FOLDER")
    return folder


@pytest.fixture
def cache(tmp_path_factory, monkeypatch) -> Path:
    """An empty cache folder of this test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("MODELZOO_CACHE", str(folder))
    return folder
