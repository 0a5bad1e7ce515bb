"""Which checks there are, also where a plugin's own are none."""

import pytest

from modelzoo.errors import InvalidSpecError, PluginError, PluginWarning
from modelzoo.registry import list_plugins
from modelzoo.testing import check_plugin, check_recipe, checks_of

PREAMBLE = """
from modelzoo import hookimpl
from modelzoo.testing import Check


def check(name):
    return Check(name=name, summary="It lives", run=lambda subject: None)


@hookimpl
def modelzoo_checks(kind):
    """
GOOD = PREAMBLE + "return [check('lives')]"

# What the hook does, and what is said of it.
BROKEN = {
    "no check": ("return [check('sings'), 3]", "modelzoo_checks has 3, expected a modelzoo"),
    "the kit's own name": (
        "return [check('sings'), check('spec_as_json')]",
        "modelzoo_checks adds 'spec_as_json', which there is already",
    ),
    "a plugin's name": (
        "yield from [check('sings'), check('lives')]",
        "modelzoo_checks adds 'lives', which there is already",
    ),
    "one name twice": (
        "return [check('sings'), check('sings')]",
        "modelzoo_checks adds 'sings', which there is already",
    ),
    "no list": ("return check('sings')", "modelzoo_checks returned Check(name='s"),
    "a text": ("return 'sings'", "modelzoo_checks returned 'sings', expected an iterable"),
}  # fmt: skip


def names(kind="recipe"):
    return [each.name for each in checks_of(kind)]


def test_a_plugin_s_checks_come_after_the_kit_s(install):
    before = names()
    install("modelzoo-wolves", GOOD)
    assert names() == [*before, "lives"]


@pytest.mark.parametrize("mutant", BROKEN)
def test_what_is_no_check_is_left_out_and_the_others_stay(install, mutant):
    body, said = BROKEN[mutant]
    install("modelzoo-wolves", GOOD)
    install("modelzoo-owls", PREAMBLE + body)
    with pytest.warns(PluginWarning, match="Plugin 'owls' of modelzoo-owls 1.0 failed"):
        found = names()
    assert "lives" in found
    assert found.count("sings") == ("[" in body)
    [record] = [each for each in list_plugins() if each.name == "owls"]
    assert said in record.reason


def test_it_is_warned_of_once(install, recwarn):
    install("modelzoo-owls", PREAMBLE + "return 3")
    names()
    names()
    assert len(recwarn) == 1


def test_none_is_no_check(install, recwarn):
    before = names()
    install("modelzoo-owls", PREAMBLE + "pass")
    assert names() == before
    assert check_plugin("modelzoo-owls").ok
    assert not recwarn


def test_strict_mode_makes_it_an_error(install):
    install("modelzoo-owls", PREAMBLE + "return 3", MODELZOO_STRICT_PLUGINS="1")
    with pytest.raises(PluginError, match="modelzoo_checks returned 3"):
        names()


@pytest.mark.filterwarnings("ignore::modelzoo.errors.PluginWarning")
@pytest.mark.parametrize("mutant", BROKEN)
def test_the_broken_one_s_report_is_whole_and_says_it(install, mutant):
    body, said = BROKEN[mutant]
    install("modelzoo-wolves", GOOD)
    install("modelzoo-owls", PREAMBLE + body)
    report = check_plugin("modelzoo-owls")
    [outcome] = report.of("failed")
    assert outcome.check == "checks_offered"
    assert said in outcome.reason


@pytest.mark.filterwarnings("ignore::modelzoo.errors.PluginWarning")
def test_everybody_else_is_checked_as_ever(install):
    install("modelzoo-wolves", GOOD)
    install("modelzoo-owls", PREAMBLE + "return [3]")
    assert check_plugin("modelzoo-wolves").ok
    report = check_recipe("fashion_mnist_seed")
    assert report.ok
    assert report.outcomes[-1].check == "lives"


def test_there_is_no_other_kind():
    with pytest.raises(InvalidSpecError, match="'recipes' is not a kind"):
        checks_of("recipes")
