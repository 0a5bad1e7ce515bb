import pytest
from PIL import Image

from modelzoo.reporting import plot_runs


def run(name, value, **fields):
    usual = {"dataset": "shapes", "task": "binary", "split": "test", "metric": "accuracy"}
    return {**usual, "mode": "max", "run": name, "value": value, **fields}


def test_each_run_is_named_with_its_value(tmp_path, texts):
    plot_runs([run("first", 0.9123), run("second", 0.8)], tmp_path / "runs.svg")
    assert {"first", "second", "0.9123", "0.8000"} <= set(texts(tmp_path / "runs.svg"))


def test_a_run_that_has_not_finished_is_left_out(tmp_path, texts):
    plot_runs([run("first", 0.9), run("running", None)], tmp_path / "runs.svg")
    assert "running" not in texts(tmp_path / "runs.svg")


def test_each_dataset_and_task_has_a_panel(tmp_path, texts):
    runs = [run("a", 0.9), run("b", 0.2, dataset="cifar10", task="multiclass")]
    plot_runs(runs, tmp_path / "runs.svg")
    assert {"shapes, binary", "cifar10, multiclass"} <= set(texts(tmp_path / "runs.svg"))


@pytest.mark.parametrize(("mode", "better"), [("max", "larger"), ("min", "smaller")])
def test_it_says_which_values_are_better(tmp_path, texts, mode, better):
    plot_runs([run("a", 0.9, mode=mode)], tmp_path / "runs.svg")
    assert f"test accuracy ({better} is better)" in texts(tmp_path / "runs.svg")


def test_two_runs_of_one_name_and_value_are_two(tmp_path, texts):
    plot_runs([run("same", 0.5), run("same", 0.5)], tmp_path / "runs.svg")
    assert texts(tmp_path / "runs.svg").count("same") == 2


def test_without_a_finished_run_the_picture_says_so(tmp_path, texts):
    plot_runs([run("running", None)], tmp_path / "runs.svg")
    assert texts(tmp_path / "runs.svg") == ["No finished runs"]


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89")],
)
def test_the_suffix_says_the_format(tmp_path, suffix, begins):
    plot_runs([run("a", 0.9)], tmp_path / f"runs.{suffix}")
    assert (tmp_path / f"runs.{suffix}").read_bytes().startswith(begins)


def test_more_runs_make_a_higher_picture_of_the_same_width(tmp_path):
    plot_runs([run("a", 0.9)], tmp_path / "few.png")
    plot_runs([run(f"run {index}", 0.9) for index in range(40)], tmp_path / "many.png")
    with Image.open(tmp_path / "few.png") as few, Image.open(tmp_path / "many.png") as many:
        assert many.width == few.width
        assert many.height > 5 * few.height
