"""Each check of models catches the model that is broken in just that way."""

import dataclasses
from pathlib import Path

import pytest
from testing.model_mutants import INTACT, MUTANTS

from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.models import MODEL_CHECKS, ModelSubject


@pytest.fixture(autouse=True)
def mutants_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "mutants")


def check(spec):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    return run_checks(MODEL_CHECKS, ModelSubject(Entry(spec, provenance)))


def failed(report):
    return {each.check: each.reason for each in report.of("failed")}


def test_an_intact_model_passes_every_check():
    report = check(INTACT)
    assert report.counts["passed"] == len(MODEL_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    changes, caught_by, said, consequences = MUTANTS[mutant]
    report = check(dataclasses.replace(INTACT, **changes))
    assert said in failed(report).get(caught_by, "(passed)"), str(report)
    assert set(failed(report)) <= {caught_by, *consequences}, str(report)


def test_every_check_has_a_mutant():
    assert {check.name for check in MODEL_CHECKS} == {name for _, name, *_ in MUTANTS.values()}
