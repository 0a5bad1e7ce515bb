"""What the page of the conformance kit's results shows of the reports."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def reports(repository):
    files = sorted((repository / "docs" / "conformance").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module")
def page(site) -> str:
    return (site / "conformance.html").read_text("utf-8")


def test_there_is_a_report_of_every_package(reports, repository):
    packages = {each.parent.name for each in (repository / "plugins").glob("*/pyproject.toml")}
    assert set(reports) == packages


def test_the_counts_of_all_come_before_what_did_not_pass_in_each(reports, page):
    overview = page.partition("<h2>")[0]
    for report in reports.values():
        for count in report["counts"].values():
            assert re.search(rf">{count:,}<", overview)


def test_no_package_has_a_failure(reports):
    assert {name: each["counts"]["failed"] for name, each in reports.items()} == dict.fromkeys(
        reports, 0
    )


def test_options_keep_their_hyphens(page):
    assert "download=True, --download" in page
