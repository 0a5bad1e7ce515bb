"""The folders of trainings that begin, some of them at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelzoo.errors import RunError, StorageError
from modelzoo.training.new_folder import new_run_folder

AT_ONCE = 8


def begin_at_once(wanted):
    """What comes of trainings that all wait for each other, before and after they have begun."""
    together = threading.Barrier(AT_ONCE)

    def begin(_):
        together.wait()
        try:
            with new_run_folder(wanted, "run") as folder:
                together.wait()
                return folder
        except RunError as error:
            together.wait()
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begin, range(AT_ONCE)))


def test_trainings_of_one_name_have_a_folder_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = begin_at_once(None)
    names = ["run", *(f"run-{count}" for count in range(2, AT_ONCE + 1))]
    assert sorted(folders) == sorted(tmp_path / "runs" / name for name in names)


def test_one_of_the_trainings_that_want_a_folder_gets_it(tmp_path):
    outcomes = begin_at_once(tmp_path / "run")
    assert outcomes.count(tmp_path / "run") == 1
    refused = [each for each in outcomes if isinstance(each, RunError)]
    assert len(refused) == AT_ONCE - 1
    assert all("is being trained in right now" in str(each) for each in refused)


@pytest.mark.parametrize("wanted", [None, "new/run"])
def test_a_failure_leaves_nothing(tmp_path, monkeypatch, wanted):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZeroDivisionError), new_run_folder(wanted, "run") as folder:
        assert folder.is_dir()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there_before(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(ZeroDivisionError), new_run_folder(tmp_path / "run", ""):
        raise ZeroDivisionError
    assert (tmp_path / "run").is_dir()


def test_a_failure_leaves_what_was_written(tmp_path):
    with pytest.raises(ZeroDivisionError), new_run_folder(tmp_path / "run", "") as folder:
        (folder / "run.json").touch()
        raise ZeroDivisionError
    assert (tmp_path / "run" / "run.json").exists()


def test_the_one_who_is_refused_does_not_delete_the_folder_of_the_other(tmp_path):
    with new_run_folder(tmp_path / "run", "") as folder:
        with pytest.raises(RunError), new_run_folder(tmp_path / "run", ""):
            pass
        assert folder.is_dir()


@pytest.mark.parametrize("kind", ["a file", "a folder with a file"])
def test_what_is_no_empty_folder_is_refused(tmp_path, kind):
    path = tmp_path / "run"
    if kind == "a file":
        path.touch()
    else:
        path.mkdir()
        (path / "mine").touch()
    with (
        pytest.raises(RunError, match=f"{path} is there already and not an empty folder"),
        new_run_folder(path, ""),
    ):
        pass


def test_a_place_where_no_folder_can_be_made_is_named():
    with (
        pytest.raises(StorageError, match="/proc/nowhere/run can't be written"),
        new_run_folder("/proc/nowhere/run", ""),
    ):
        pass
