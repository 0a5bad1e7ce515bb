"""The reports of the conformance kit: that they are of today, and what the page shows of them."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from modelzoo.registry import KINDS
from modelzoo.testing import checks_of
from modelzoo.testing.plugins import PLUGIN_CHECKS

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.name for file in REPOSITORY.glob("plugins/*/pyproject.toml"))


@pytest.fixture(scope="module")
def reports():
    files = sorted((REPOSITORY / "docs" / "conformance").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module")
def page(site) -> str:
    return (site / "conformance.html").read_text("utf-8")


def test_there_is_a_report_of_every_package(reports):
    assert sorted(reports) == PACKAGES


def compare(name, reported, now):
    """Fail with all that differs between a package's report and what there is now."""
    differing = [
        *(f"not in the report: {each}" for each in sorted(now - reported)),
        *(f"only in the report: {each}" for each in sorted(reported - now)),
    ]
    advice = f"Make docs/conformance/{name}.json again, as docs/conformance.md says."
    assert not differing, "\n".join([*differing, advice])


@pytest.mark.parametrize("name", PACKAGES)
def test_a_report_is_of_all_that_its_package_offers(name, reports, plugin_packages):
    package = plugin_packages.read_package(REPOSITORY / "plugins" / name)
    offered = {
        f"plugin {name}",
        *(f"{kind} {each}" for kind, names in package.names.items() for each in names),
        *(f"{family.kind} {each}" for family in package.families for each in family.examples),
    }
    compare(name, {each["subject"] for each in reports[name]["outcomes"]}, offered)


def counted(outcomes):
    """Texts such as ``builds of 40 models`` for pairs of a subject and a check."""
    counts = Counter((check, subject.partition(" ")[0]) for subject, check in outcomes)
    return {
        f"{check} of {count} {kind}{'s' * (count != 1)}" for (check, kind), count in counts.items()
    }


@pytest.mark.parametrize("name", PACKAGES)
def test_a_report_has_all_checks_of_the_kit(name, reports):
    checks = {"plugin": PLUGIN_CHECKS, **{kind: checks_of(kind) for kind in KINDS}}
    outcomes = [(each["subject"], each["check"]) for each in reports[name]["outcomes"]]
    now = {
        (subject, check.name)
        for subject, _ in outcomes
        for check in checks[subject.partition(" ")[0]]
    }
    compare(name, counted(outcomes), counted(now))


def test_no_package_has_a_failure(reports):
    assert {name: each["counts"]["failed"] for name, each in reports.items()} == dict.fromkeys(
        reports, 0
    )


def test_the_counts_of_all_come_before_what_did_not_pass_in_each(reports, page):
    overview = page.partition("<h2>")[0]
    for report in reports.values():
        for count in report["counts"].values():
            assert re.search(rf">{count:,}<", overview)


def test_options_keep_their_hyphens(tmp_path):
    (tmp_path / "index.md").write_text("# Options\n\nLet it load: download=True, --download\n")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-c", REPOSITORY / "docs"]
    subprocess.run([*command, tmp_path, tmp_path / "html"], check=True)
    assert "download=True, --download" in (tmp_path / "html" / "index.html").read_text("utf-8")
