"""Each check of datasets catches the dataset that is broken in just that way."""

import dataclasses
import json
from pathlib import Path

import pytest

from modelzoo import DatasetSpec
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.datasets import DATASET_CHECKS, DatasetSubject

INTACT = DatasetSpec(
    name="mutant",
    summary="18 and 6 images of noise",
    loader="mutant_datasets:intact",
    task="multiclass",
    labels=("class", "multi_hot"),
    num_classes=3,
    classes=("red", "green", "blue"),
    input_shape=(16, 16, 3),
    splits={"train": 18, "test": 6},
)

# The check that catches it by the mutant's name; what else fails is a consequence.
MUTANTS = {
    "raises": ("loads", {"labels_in_range"}),
    "returns_no_dataset": ("loads", {"labels_in_range"}),
    "label_out_of_range": ("labels_in_range", set()),
    "class_without_images": ("labels_in_range", set()),
    "fails_for_another_task": ("every_task", set()),
    "two_classes_of_one_name": ("class_names", set()),
    "other_classes_than_declared": ("class_names", set()),
    "fewer_images_than_declared": ("split_sizes", set()),
    "test_images_in_training": ("splits_disjoint", set()),
    "other_shape_than_declared": ("input_shape", set()),
    "truncated_file": ("images_decode", set()),
    "all_images_alike": ("images_decode", set()),
    "shuffled_at_will": ("reading_twice", {"fingerprint_stable", "order_of_workers"}),
    "in_the_order_of_a_set": ("fingerprint_stable", set()),
    "in_an_order_by_cores": ("order_of_workers", {"fingerprint_stable"}),
}


@pytest.fixture(autouse=True)
def mutants_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "mutants")


def check(spec, **inputs):
    provenance = Provenance(
        distribution="modelzoo-mutants", version="1.0", plugin="mutants", module="mutants"
    )
    return run_checks(DATASET_CHECKS, DatasetSubject(Entry(spec, provenance), **inputs))


def failed(report):
    return {each.check for each in report.of("failed")}


def test_an_intact_dataset_passes_every_check():
    report = check(INTACT)
    assert report.counts["passed"] == len(DATASET_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    caught_by, consequences = MUTANTS[mutant]
    classes = {} if mutant == "two_classes_of_one_name" else {"classes": INTACT.classes}
    spec = dataclasses.replace(
        INTACT, **{"classes": (), **classes}, loader=f"mutant_datasets:{mutant}"
    )
    found = failed(check(spec))
    assert caught_by in found
    assert found <= {caught_by, *consequences}


def test_every_check_has_a_mutant():
    assert {check.name for check in DATASET_CHECKS} == {name for name, _ in MUTANTS.values()}


def test_what_can_t_be_loaded_without_a_folder_is_skipped_and_not_ok():
    report = check(dataclasses.replace(INTACT, needs_data_dir=True))
    assert not report.ok
    assert "data_dir=PATH" in report.of("skipped")[0].reason


@pytest.mark.parametrize(("size", "said"), [(11_000_000, "11 MB"), (None, "data of unknown size")])
def test_what_would_be_downloaded_is_skipped_unless_it_is_allowed(size, said):
    spec = dataclasses.replace(INTACT, download_bytes=size)
    assert said in check(spec).of("skipped")[0].reason
    assert check(spec, download=True).ok


def test_an_expected_failure_is_told_with_its_reason():
    reason = "the archive has copies"
    spec = dataclasses.replace(
        INTACT,
        loader="mutant_datasets:test_images_in_training",
        expected_failures={"splits_disjoint": reason},
    )
    report = check(spec)
    assert report.ok
    assert [each.reason for each in report.of("expected_failure")] == [reason]


def test_an_expected_failure_that_passes_is_a_failure():
    spec = dataclasses.replace(INTACT, expected_failures={"splits_disjoint": "once it was so"})
    assert failed(check(spec)) == {"splits_disjoint"}


def test_an_expected_failure_of_no_check_is_a_failure():
    spec = dataclasses.replace(INTACT, expected_failures={"split_disjoint": "a slip of the pen"})
    assert failed(check(spec)) == {"split_disjoint"}


def test_the_report_can_be_written_as_json():
    assert json.loads(json.dumps(check(INTACT).to_dict()))["counts"]["passed"] == 11
