"""The kit as a plugin of pytest, in a pytest of its own."""

import os
import subprocess
import sys

import pytest

PLUGIN = """
from modelzoo import RecipeSpec, hookimpl


def recipe(name, **fields):
    return RecipeSpec(
        name=name, summary="Quick", model="mobilenet_v1_mini", dataset="shapes", **fields
    )


@hookimpl
def modelzoo_recipes():
    return [
        recipe("acme_quick"),
        recipe("acme_unsourced", results={"test_accuracy": 0.5}),
        recipe(
            "acme_expected",
            results={"test_accuracy": 0.5},
            expected_failures={"results_sourced": "nobody remembers"},
        ),
    ]
"""

WITHOUT_DATA = """
from modelzoo import DatasetSpec, hookimpl


@hookimpl
def modelzoo_datasets():
    return [
        DatasetSpec(
            name="photos",
            summary="Photos",
            loader="modelzoo.builtin.npz.dataset:load",
            task="multiclass",
            needs_data_dir=True,
        )
    ]
"""

TEST = """
from modelzoo.testing import parametrize_with_checks


@parametrize_with_checks(NAMES)
def test_conformance(check):
    check()
"""


@pytest.fixture(scope="module")
def run_pytest(tmp_path_factory):
    """A function that runs a test module with the checks of some names; gives what it printed."""
    folder = tmp_path_factory.mktemp("acme")
    site, project = folder / "site", folder / "project"
    project.mkdir()
    for name, source in {"acme": PLUGIN, "owls": WITHOUT_DATA}.items():
        about = site / f"{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (site / f"{name}_zoo.py").write_text(source)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nSummary: From a test\n"
            "License-Expression: MIT\nRequires-Dist: tf-modelzoo\n"
        )
        (about / "entry_points.txt").write_text(f"[modelzoo]\n{name} = {name}_zoo\n")

    def run(names):
        (project / "test_acme.py").write_text(TEST.replace("NAMES", names))
        process = subprocess.run(
            [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "--strict-markers"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
        )
        return process.returncode, process.stdout + process.stderr

    return run


@pytest.fixture(scope="module")
def of_the_plugin(run_pytest):
    return run_pytest('"acme"')


def test_each_check_is_a_test_with_a_name(of_the_plugin):
    _, printed = of_the_plugin
    assert "PASSED test_acme.py::test_conformance[recipe-acme_quick-fits]" in printed
    assert "PASSED test_acme.py::test_conformance[plugin-acme-metadata]" in printed


def test_a_failed_check_is_a_failed_test(of_the_plugin):
    status, printed = of_the_plugin
    assert status == 1
    assert "FAILED test_acme.py::test_conformance[recipe-acme_unsourced-results_sourced]" in printed
    assert printed.count("\nFAILED") == 1


def test_a_check_that_does_not_apply_is_skipped_with_its_reason(of_the_plugin):
    assert "the spec declares no results" in of_the_plugin[1]


def test_an_expected_failure_is_one_for_pytest_too(of_the_plugin):
    printed = of_the_plugin[1]
    assert "XFAIL test_acme.py::test_conformance[recipe-acme_expected-results_sourced]" in printed
    assert "nobody remembers" in printed


def test_something_beyond_specs_was_checked(of_the_plugin):
    _, printed = of_the_plugin
    assert "PASSED test_acme.py::test_conformance[plugin-acme-anything_checked]" in printed


@pytest.mark.parametrize(
    ("name", "title", "reason"),
    [
        ("image_folder", "dataset-image_folder", "nothing but the spec was checked: it has to be"),
        ("owls", "plugin-owls", "nothing but specs was checked: dataset photos: it has to be told"),
    ],
)
def test_it_fails_where_only_specs_can_be_checked(run_pytest, name, title, reason):
    status, printed = run_pytest(f'"{name}"')
    assert status == 1
    assert f"FAILED test_acme.py::test_conformance[{title}-anything_checked]" in printed
    assert printed.count("\nFAILED") == 1
    assert reason in printed


def test_an_unknown_name_is_an_error(run_pytest):
    status, printed = run_pytest('"no_such_thing"')
    assert status != 0
    assert "Nothing is named 'no_such_thing'" in printed
