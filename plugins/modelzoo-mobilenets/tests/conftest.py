"""What several tests use."""

import functools
import http.server
import os
import threading

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Of the many networks, one of each kind is checked for conformance by a test that is not slow.
CHECKED = (
    "model-mobilenet_v2_035_96-",
    "model-mobilenet_v3_large_035_224-",
    "model-mobilenet_v3_small-",
    "model-mobilenet_v3_small_minimalistic_035_224-",
    "plugin-",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.originalname == "test_conformance" and not item.callspec.id.startswith(CHECKED):
            item.add_marker("slow")


@pytest.fixture
def server(tmp_path):
    """A loopback server of the files in ``tmp_path``: its address, and what was asked for."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            asked.append(self.path)

    handler = functools.partial(Handler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
