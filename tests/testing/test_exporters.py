"""Each check of exporters catches the exporter that is broken in just that way."""

import dataclasses
from pathlib import Path

import pytest

from modelzoo import ExporterSpec, find
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.exporters import EXPORTER_CHECKS, ExporterSubject

INTACT = ExporterSpec(
    name="mutant", summary="Arrays", exporter="mutant_exporters:Intact", suffix=".npz"
)

# The check that catches it by the mutant's name; what else fails is a consequence.
MUTANTS = {
    "Raises": ("exports", set()),
    "OtherOutputs": ("exports", set()),
    "SquareImagesOnly": ("other_models", set()),
    "Folder": (
        "suffix",
        {"exports", "stands_alone", "same_each_time", "nothing_beside", "replaces_its_own"},
    ),
    "ThreeImagesAtMost": ("stands_alone", set()),
    "RoundsByChance": ("same_each_time", set()),
    "WritesBeside": ("nothing_beside", set()),
    "FreezesTheModel": ("model_untouched", set()),
    "RoundsTheModel": ("model_untouched", set()),
    "KnowsNoExport": ("replaces_its_own", {"stands_alone", "same_each_time"}),
    "LoadsAnything": ("garbage_refused", set()),
}


@pytest.fixture(autouse=True)
def mutants_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "mutants")


def check(exporter):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    spec = dataclasses.replace(INTACT, exporter=f"mutant_exporters:{exporter}")
    return run_checks(EXPORTER_CHECKS, ExporterSubject(Entry(spec, provenance)))


def failed(report):
    return {each.check for each in report.of("failed")}


def test_an_intact_exporter_passes_every_check():
    report = check("Intact")
    assert report.counts["passed"] == len(EXPORTER_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    caught_by, consequences = MUTANTS[mutant]
    found = failed(check(mutant))
    assert caught_by in found
    assert found <= {caught_by, *consequences}


def test_every_check_has_a_mutant():
    assert {check.name for check in EXPORTER_CHECKS} == {name for name, _ in MUTANTS.values()}


def test_what_is_built_in_passes():
    report = run_checks(EXPORTER_CHECKS, ExporterSubject(find("exporter", "savedmodel")))
    assert report.counts["passed"] == len(EXPORTER_CHECKS), str(report)
