"""Libraries that TensorFlow Datasets or a set of it needs and that are not installed."""

import subprocess
import sys

import pytest
import sets
import tensorflow_datasets as tfds

import modelzoo
from modelzoo.errors import DatasetError, MissingLibraryError

WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None  # as if it were not installed
sys.argv[1:2] = []
import runpy
runpy.run_module("modelzoo", run_name="__main__", alter_sys=True)
"""


def trained_without(library, name, data_dir):
    """The command line's answer to a training, where a library is not installed."""
    command = [sys.executable, "-c", WITHOUT, library, "train", "mobilenet_v1_mini", name]
    return subprocess.run(
        [*command, "--data-dir", str(data_dir)], capture_output=True, text=True, cwd=data_dir
    )


@pytest.mark.parametrize("library", ["importlib_resources", "etils"])
def test_the_command_line_names_the_command_that_installs_it(tmp_path, no_network, library):
    done = trained_without(library, "tfds/mnist", tmp_path)
    assert done.returncode == 2, done.stderr
    assert f"pip install {library.replace('_', '-')}" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_files_are_read_with_is_named(data_dir, tmp_path):
    tfds.builder(
        "photos", data_dir=str(tmp_path), file_format="array_record"
    ).download_and_prepare()
    done = trained_without("array_record", "tfds/photos", tmp_path)
    assert done.returncode == 2, done.stderr
    assert "pip install array-record" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_set_is_prepared_with_is_named(tmp_path, monkeypatch):
    def example(*_):
        import a_library_of_nobody  # noqa: F401

    monkeypatch.setattr(sets.Failing, "example", example)
    with pytest.raises(MissingLibraryError, match="pip install a-library-of-nobody"):
        modelzoo.load_dataset("tfds/failing", data_dir=tmp_path)


def test_it_is_named_where_it_is_imported_to_make_the_set(tmp_path, monkeypatch):
    def info(self):
        import a_library_of_nobody  # noqa: F401

    monkeypatch.setattr(sets.Failing, "_info", info)
    with pytest.raises(MissingLibraryError, match="the set 'failing' .*a-library-of-nobody"):
        modelzoo.load_dataset("tfds/failing", data_dir=tmp_path)


def test_a_library_that_is_there_and_fails_has_its_own_words(tmp_path, monkeypatch):
    def example(*_):
        raise ImportError("libcudart.so: cannot open\nshared object file")

    monkeypatch.setattr(sets.Failing, "example", example)
    with pytest.raises(DatasetError, match=r"libcudart\.so: cannot open shared object file\.$"):
        modelzoo.load_dataset("tfds/failing", data_dir=tmp_path)
