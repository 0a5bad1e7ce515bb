"""modelzoo's own checks of the plugin with its examples, and of sets that it reads."""

import atexit
import shutil
import tempfile
from pathlib import Path

import pytest

from modelzoo.testing import check_dataset, parametrize_with_checks

# Tests are made before there are fixtures; they find the set in it when they run.
FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, FOLDER)


@pytest.fixture(scope="module", autouse=True)
def example(data_dir):
    """The set that the families have as their example, small."""
    (FOLDER / "fashion_mnist").symlink_to(data_dir / "fashion_mnist")


@parametrize_with_checks("modelzoo-tfds", data_dir=FOLDER)
def test_conformance(check):
    check()


def test_conformance_of_a_set_of_files(data_dir):
    report = check_dataset("tfds/photos", data_dir=data_dir)
    assert report.ok, report
