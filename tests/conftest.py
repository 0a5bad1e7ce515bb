"""What every test can use."""

import functools
import http.server
import os
import threading
from pathlib import Path
from typing import NamedTuple

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


class WebServer(NamedTuple):
    """A web server on this machine.

    Attributes:
        url: Where its files are, with a slash at the end.
        folder: What is put there can be fetched.
        asked: The paths that were asked for.
    """

    url: str
    folder: Path
    asked: list[str]


@pytest.fixture
def web_server(tmp_path_factory, monkeypatch):
    """A web server with an empty folder."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path_factory.mktemp("served")
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield WebServer(f"http://127.0.0.1:{server.server_port}/", folder, asked)
        server.shutdown()


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
