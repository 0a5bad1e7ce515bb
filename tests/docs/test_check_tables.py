"""The table of all conformance checks has all of them."""

import re

import pytest

from modelzoo.registry import KINDS
from modelzoo.testing import checks_of
from modelzoo.testing.any_spec import SPEC_CHECKS
from modelzoo.testing.plugins import PLUGIN_CHECKS


@pytest.fixture(scope="module")
def tables(site) -> dict[str, list[str]]:
    """The names of the checks in each section of the page."""
    page = (site / "authors" / "testing.html").read_text("utf-8")
    return {
        section.partition("<")[0]: re.findall(
            r'<td><p><code[^>]*><span class="pre">(\w+)</span>', section
        )
        for section in page.split("<h3>")[1:]
    }


def test_what_every_spec_has_to_pass_is_there_once(tables):
    assert tables["Every spec"] == [each.name for each in SPEC_CHECKS]


@pytest.mark.parametrize("kind", KINDS)
def test_all_checks_of_a_kind_are_there(kind, tables):
    checks = [each.name for each in checks_of(kind)]
    assert tables["Every spec"] + tables[f"{kind.capitalize()}s"] == checks


def test_all_checks_of_a_plugin_are_there(tables):
    assert tables["A plugin as a whole"] == [each.name for each in PLUGIN_CHECKS]
