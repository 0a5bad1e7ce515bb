"""What the tests of the datasets share."""

import functools
import http.server
import threading
from pathlib import Path
from typing import NamedTuple

import pytest


class WebServer(NamedTuple):
    url: str
    folder: Path


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def web_server(tmp_path_factory, monkeypatch) -> WebServer:
    """A web server on this machine; what is put into its folder can be fetched from its url."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path_factory.mktemp("served")
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield WebServer(f"http://127.0.0.1:{server.server_port}/", folder)
        server.shutdown()
