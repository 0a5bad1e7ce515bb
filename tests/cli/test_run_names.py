import json
import shutil

import pytest

from modelzoo.cli.run_names import open_run
from modelzoo.errors import RunError


@pytest.fixture
def runs(here, trained):
    for name, created in (("old", "2024-01-01T00:00:00+00:00"), ("new", "2025-01-01T00:00:00")):
        folder = here / "runs" / name
        shutil.copytree(trained.folder, folder)
        info = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**info, "created": created}))
    return here / "runs"


@pytest.mark.parametrize("word", ["runs/old", "old", "./runs/old/"])
def test_a_run_is_named_by_its_path_or_by_its_name_in_runs(runs, word):
    assert open_run(word).folder == runs / "old"


def test_latest_is_the_newest(runs):
    assert open_run("latest").folder == runs / "new"


def test_without_runs_there_is_no_latest(here):
    with pytest.raises(RunError, match="There are no runs in .*Train one with `modelzoo train`"):
        open_run("latest")


def test_a_misspelt_run_gets_a_close_match(runs):
    with pytest.raises(RunError, match="There is no run 'odl'.* Did you mean 'old'?"):
        open_run("odl")


def test_a_run_like_no_other_gets_the_way_to_all(runs):
    with pytest.raises(RunError, match="`modelzoo runs` shows all that there are"):
        open_run("something_else")
