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

# The check that catches it by the mutant's name, what it says, and what fails as a consequence.
MUTANTS = {
    "raises": ("loads", "the server is down", {"labels_in_range"}),
    "returns_no_dataset": ("loads", "expected a modelzoo.Dataset", {"labels_in_range"}),
    "label_out_of_range": ("labels_in_range", "out of range", set()),
    "class_without_images": ("labels_in_range", "class 'blue' has no training image", set()),
    "fails_for_another_task": ("every_task", "for task 'multilabel': KeyError", set()),
    "no_labels_for_another_task": ("every_task", "for task 'multilabel': Dataset", set()),
    "two_classes_of_one_name": ("class_names", "the name of several classes", set()),
    "class_without_a_name": ("class_names", "class ' ' has no name", set()),
    "class_with_a_number_for_a_name": (
        "class_names",
        "class 3 is named by no text",
        {"reading_twice", "fingerprint_stable", "order_of_workers"},
    ),
    "other_classes_than_declared": ("class_names", "declared are ('red'", set()),
    "more_classes_than_declared": ("class_names", "there are 4 classes, declared 3", set()),
    "fewer_images_than_declared": ("split_sizes", "declared are", set()),
    "test_images_in_training": ("splits_disjoint", "are in 'train', too", set()),
    "other_shape_than_declared": ("input_shape", "split 'train' has shape (16, 20, 3)", set()),
    "files_of_another_shape": ("input_shape", ".png has shape (16, 20, 3)", set()),
    "truncated_file": ("images_decode", "04.png", set()),
    "all_images_alike": ("images_decode", "are the same", set()),
    "shuffled_at_will": (
        "reading_twice",
        "differs when read again",
        {"fingerprint_stable", "order_of_workers"},
    ),
    "in_the_order_of_a_set": ("fingerprint_stable", "PYTHONHASHSEED=1", set()),
    "in_an_order_by_cores": ("order_of_workers", "on seven cores", {"fingerprint_stable"}),
}
# Those that can be seen only where the spec does not declare the names of classes.
UNNAMED = {
    "two_classes_of_one_name",
    "class_without_a_name",
    "class_with_a_number_for_a_name",
    "more_classes_than_declared",
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
    return {each.check: each.reason for each in report.of("failed")}


def test_an_intact_dataset_passes_every_check():
    report = check(INTACT)
    assert report.counts["passed"] == len(DATASET_CHECKS), str(report)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(mutant):
    caught_by, said, consequences = MUTANTS[mutant]
    spec = dataclasses.replace(
        INTACT,
        loader=f"mutant_datasets:{mutant}",
        classes=() if mutant in UNNAMED else INTACT.classes,
    )
    found = failed(check(spec))
    assert said in found[caught_by]
    assert set(found) <= {caught_by, *consequences}


def test_every_check_has_a_mutant():
    assert {check.name for check in DATASET_CHECKS} == {name for name, *_ in MUTANTS.values()}


def test_what_can_t_be_loaded_without_a_folder_is_skipped_and_not_ok():
    report = check(dataclasses.replace(INTACT, needs_data_dir=True))
    assert not report.ok
    assert len(report.of("skipped")) == len(DATASET_CHECKS)
    assert all("data_dir=PATH" in each.reason for each in report.of("skipped"))


@pytest.mark.parametrize(("size", "said"), [(11_000_000, "11 MB"), (None, "data of unknown size")])
def test_what_would_be_downloaded_is_skipped_unless_it_is_allowed(size, said):
    spec = dataclasses.replace(INTACT, download_bytes=size)
    assert all(said in each.reason for each in check(spec).outcomes)
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
    assert set(failed(check(spec))) == {"splits_disjoint"}


def test_an_expected_failure_of_no_check_is_a_failure():
    spec = dataclasses.replace(INTACT, expected_failures={"split_disjoint": "a slip of the pen"})
    assert set(failed(check(spec))) == {"split_disjoint"}


def test_the_report_can_be_written_as_json():
    assert json.loads(json.dumps(check(INTACT).to_dict()))["counts"]["passed"] == 11
