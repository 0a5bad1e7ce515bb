"""What several tests use."""

import os

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
