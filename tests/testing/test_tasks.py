"""Each check of tasks catches the task that is broken in just that way."""

import dataclasses
from pathlib import Path

import pytest

from modelzoo import TaskSpec
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.tasks import TASK_CHECKS, TaskSubject

INTACT = TaskSpec(
    name="mutant", summary="One of several classes", task="mutant_tasks:Intact", min_classes=2
)

# The check that catches it by the mutant's name; what else fails is a consequence.
MUTANTS = {
    "ForThreeClasses": ("class_limits", set()),
    "OneLogitTooMany": ("class_limits", {"mixed_precision", "learns"}),
    "OtherName": ("head", set()),
    "Float32Only": ("mixed_precision", set()),
    "Halved": ("head_restored", set()),
    "NoColumns": ("labels_accepted", set()),
    "DtypeOfLabels": ("labels_accepted", set()),
    "TakesAnything": ("labels_refused", set()),
    "ValueErrors": ("labels_refused", set()),
    "LogOfSoftmax": ("loss_per_image", set()),
    "OfTheBatch": ("loss_per_image", {"monitor", "answers_right"}),
    "NothingToLearn": ("learns", {"answers_right", "monitor"}),
    "TwoOfOneName": ("metrics", set()),
    "CountsAll": ("metrics", set()),
    "RemembersAll": ("metrics", set()),
    "OtherMonitor": ("monitor", set()),
    "OtherMode": ("monitor", set()),
    "NoScores": ("answers", {"answers_right"}),
    "NumpyScores": ("answers", set()),
    "Backwards": ("answers_right", set()),
}


@pytest.fixture(autouse=True)
def mutants_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "mutants")


def check(task):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    spec = dataclasses.replace(INTACT, task=f"mutant_tasks:{task}")
    return run_checks(TASK_CHECKS, TaskSubject(Entry(spec, provenance)))


def failed(report):
    return {each.check for each in report.of("failed")}


def test_an_intact_task_passes_every_check():
    report = check("Intact")
    assert report.counts["passed"] == len(TASK_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    caught_by, consequences = MUTANTS[mutant]
    report = check(mutant)
    assert caught_by in failed(report), str(report)
    assert failed(report) <= {caught_by, *consequences}, str(report)


def test_what_can_t_be_made_fails_once_and_all_else_is_skipped_for_that():
    report = check("CanNotBeMade")
    assert failed(report) == {"class_limits"}
    assert {each.reason for each in report.of("skipped")} == {"it can't be made"}


def test_every_check_has_a_mutant():
    assert {check.name for check in TASK_CHECKS} == {name for name, _ in MUTANTS.values()}
