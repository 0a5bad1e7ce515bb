import json

import pytest

from modelzoo.training import Run


def test_the_test_split_is_measured_as_at_the_end_of_the_training(command, trained):
    answer = command("evaluate", str(trained.folder), "--json")
    data = json.loads(answer.out)
    assert (data["run"], data["split"]) == (str(trained.folder), "test")
    assert {f"test_{name}": value for name, value in data["results"].items()} == pytest.approx(
        {k: v for k, v in Run(trained.folder).results.items() if k.startswith("test_")}
    )


def test_another_split_is_named_in_the_answer(command, trained):
    answer = command("evaluate", str(trained.folder), "--split", "val")
    assert [line.rsplit(maxsplit=1)[0] for line in answer.out.splitlines()] == [
        "val loss",
        "val accuracy",
    ]


def test_an_unknown_split_is_refused(command, trained):
    answer = command("evaluate", str(trained.folder), "--split", "tset")
    assert answer.status == 2
    assert answer.err.startswith("Error: Dataset 'shapes' has no split 'tset'.")


def test_a_folder_that_is_no_run_is_refused_before_tensorflow_is_loaded(process, here):
    (here / "empty").mkdir()
    answer = process("evaluate", "empty")
    assert answer.status == 2
    assert answer.err == f"Error: {here / 'empty'} is not a run: there is no run.json in it.\n"
