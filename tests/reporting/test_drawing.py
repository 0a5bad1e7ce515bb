import subprocess
import sys

import pytest

from modelzoo.errors import StorageError
from modelzoo.reporting import plot_history


def imported_by(code):
    """The modules that a fresh interpreter has after running some code."""
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["modelzoo.training", "modelzoo.reporting"])
@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_importing_a_package_imports_no_library_for_drawing(package, library):
    assert library not in imported_by(f"import {package}")


def test_drawing_leaves_the_state_that_all_share_alone(tmp_path):
    code = f"""
import pathlib
import matplotlib
before = matplotlib.rcParams.copy()
from modelzoo.reporting import plot_history
plot_history([{{"epoch": 1, "loss": 0.5}}], pathlib.Path({str(tmp_path)!r}) / "curves.png")
assert matplotlib.rcParams.copy() == before
"""
    assert "matplotlib.pyplot" not in imported_by(code)


def test_a_picture_that_cannot_be_written_is_a_storage_error(tmp_path, rows):
    with pytest.raises(StorageError, match=r"nowhere/curves.png can't be written"):
        plot_history(rows(1, "loss"), tmp_path / "nowhere" / "curves.png")


def test_a_picture_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path, rows):
    path = tmp_path / "curves.png"
    path.write_text("old")
    plot_history(rows(2, "loss"), path)
    assert [each.name for each in tmp_path.iterdir()] == ["curves.png"]


def test_the_same_data_give_the_same_file(tmp_path, rows):
    plot_history(rows(2, "loss"), tmp_path / "one.png")
    plot_history(rows(2, "loss"), tmp_path / "other.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
