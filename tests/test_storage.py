import errno
import json

import pytest

from modelzoo.errors import StorageError
from modelzoo.storage import atomic_file, atomic_folder, make_folder, write_json


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_file(path) as temporary:
        temporary.write_text("new")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_place_of_a_file_is_not_left_behind(tmp_path):
    with pytest.raises(RuntimeError), atomic_file(tmp_path / "a.txt") as temporary:
        temporary.mkdir()
        (temporary / "b.txt").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_folder_and_nothing_else(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(ZeroDivisionError), atomic_folder(path) as temporary:
        (temporary / "new").touch()
        raise ZeroDivisionError
    assert list(tmp_path.rglob("*")) == [path, path / "old"]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    (path / "old").touch()
    with atomic_folder(path) as temporary:
        (temporary / "new").touch()
    assert list(tmp_path.rglob("*")) == [path, path / "new"]


@pytest.mark.parametrize("path", ["/proc/modelzoo/file", "/dev/null/file"])
def test_a_place_that_can_not_be_written_is_named(path):
    """Both refuse even the administrator, whom file permissions do not stop."""
    from pathlib import Path

    with pytest.raises(StorageError, match=rf"{Path(path).parent}.* can't be written: .*another"):
        make_folder(Path(path).parent)


def test_json_has_no_nan(tmp_path):
    with pytest.raises(ValueError, match="Out of range float"):
        write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_json_is_read_as_it_was_written(tmp_path):
    write_json(tmp_path / "a.json", {"loss": 0.1})
    assert json.loads((tmp_path / "a.json").read_text()) == {"loss": 0.1}


def test_nothing_of_new_folders_is_left_by_a_failure(tmp_path):
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "a" / "b"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_can_not_even_be_cleaned_up_is_still_the_first_error(tmp_path, monkeypatch):
    """As on a file system that became read-only."""

    def refuse(self, missing_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with (
        pytest.raises(
            StorageError, match=r"a\.txt can't be written: Read-only file system. Choose"
        ),
        atomic_file(tmp_path / "a.txt"),
    ):
        raise OSError(errno.EROFS, "Read-only file system")


def test_a_missing_folder_is_not_called_a_full_disk(tmp_path):
    with (
        pytest.raises(StorageError, match="No such file or directory. Make the folder first"),
        atomic_file(tmp_path / "none" / "a.txt") as temporary,
    ):
        temporary.write_text("text")
