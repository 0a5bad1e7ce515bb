import json
import shutil

import pytest
from PIL import Image


@pytest.fixture
def runs(here, trained):
    """Three finished runs, of which the middle one is the best, and one that is not finished."""
    for name, accuracy in (("first", 0.7), ("best", 0.9), ("last", 0.6), ("stopped", None)):
        folder = here / "runs" / name
        shutil.copytree(trained.folder, folder)
        info = json.loads((folder / "run.json").read_text())
        if accuracy is None:
            info |= {"status": "interrupted", "results": {}}
        else:
            info["results"] |= {"test_accuracy": accuracy}
        (folder / "run.json").write_text(json.dumps(info))
    return here / "runs"


def test_the_best_run_comes_first_and_the_unfinished_last(command, runs):
    lines = command("runs").out.splitlines()
    assert [line.split()[1] for line in lines] == ["run", "best", "first", "last", "stopped"]
    assert "test accuracy 0.9000" in lines[1]
    assert lines[4].endswith("interrupted")


def test_a_smaller_error_is_better(command, runs):
    for name, error in (("first", 0.2), ("best", 0.5), ("last", 0.1)):
        path = runs / name / "run.json"
        info = json.loads(path.read_text())
        info["monitor"] = {"metric": "mae", "mode": "min"}
        info["results"] |= {"test_mae": error}
        path.write_text(json.dumps(info))
    names = [each["run"] for each in json.loads(command("runs", "--json").out)]
    assert names == ["last", "first", "best", "stopped"]


def test_datasets_are_kept_apart(command, runs):
    path = runs / "best" / "run.json"
    info = json.loads(path.read_text())
    info["dataset"]["spec"]["name"] = "another"
    path.write_text(json.dumps(info))
    compared = json.loads(command("runs", "--json").out)
    assert [each["dataset"] for each in compared] == ["another", "shapes", "shapes", "shapes"]


def test_another_folder_can_be_named(command, runs):
    runs.rename(runs.with_name("experiments"))
    assert len(json.loads(command("runs", "experiments", "--json").out)) == 4


def test_a_folder_that_is_no_run_is_passed_over(command, runs):
    (runs / "something").mkdir()
    (runs / "damaged").mkdir()
    (runs / "damaged" / "run.json").write_text("{")
    assert len(json.loads(command("runs", "--json").out)) == 4


def test_no_runs_are_no_error(command, here):
    answer = command("runs")
    assert answer.status == 0
    assert answer.out == ""
    assert answer.err == f"There are no runs in {here / 'runs'}. `modelzoo train` makes one.\n"


def test_a_folder_that_does_not_exist_is_refused(command):
    answer = command("runs", "nowhere")
    assert answer.status == 2
    assert answer.err == (
        "Error: nowhere is not a folder. Give the folder that holds the runs' folders.\n"
    )


def test_the_comparison_is_drawn(command, runs, here):
    answer = command("runs", "--plot", "comparison.png")
    assert answer.err == "Picture: comparison.png\n"
    with Image.open(here / "comparison.png") as picture:
        assert picture.format == "PNG"


def test_another_format_is_refused_and_leaves_nothing(command, runs, here):
    answer = command("runs", "--plot", "comparison.gif")
    assert answer.status == 2
    assert answer.err == (
        "Error: --plot is 'comparison.gif', expected a file ending in .png or .svg or .pdf.\n"
    )
    assert [path.name for path in here.iterdir()] == ["runs"]


def test_tensorflow_is_not_loaded(process, runs):
    answer = process("runs")
    assert answer.status == 0
    assert answer.err == ""
