"""Each check of any spec catches the one that is broken in just that way."""

import dataclasses
from pathlib import Path

import pytest

from modelzoo import ModelSpec
from modelzoo.registry import Entry, Provenance
from modelzoo.testing import run_checks
from modelzoo.testing.any_spec import SPEC_CHECKS
from modelzoo.testing.suites import SPEC_CHECK_NAMES

INTACT = ModelSpec(name="mutant", summary="A model", builder="mutant_plugin:build")
PLUGIN = """
from modelzoo import ModelSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [ModelSpec(name="mutant", summary="A model", builder="json:dumps")]


def build(input_shape):
    pass


not_callable = 3
"""


class Louder(ModelSpec):
    """Is another one each time that it is made."""

    def __post_init__(self):
        ModelSpec.__post_init__(self)
        object.__setattr__(self, "summary", self.summary + "!")


# The plugin's source is changed, or fields of the spec are, and a check catches it.
MUTANTS = {
    "not a number": ({"scale": float("nan")}, "", "spec_as_json"),
    "numbers as keys": ({"options": {"names": {1: "one"}}}, "", "spec_as_json"),
    "no such module": ({"builder": "no_such_module:build"}, "", "references_found"),
    "no such function": ({"builder": "{module}:no_such"}, "", "references_found"),
    "no function": ({"builder": "{module}:not_callable"}, "", "references_found"),
    "imports NumPy": ({}, "import numpy\n", "cold_import"),
    "fails alone": ({}, "import no_such_module\n", "cold_import"),
}


@dataclasses.dataclass
class Subject:
    entry: Entry
    title: str = "model mutant"
    expected_failures: dict = dataclasses.field(default_factory=dict)


@pytest.fixture
def failed(tmp_path, monkeypatch, request):
    """A function from changes of the spec and the plugin to the checks that fail."""
    monkeypatch.syspath_prepend(tmp_path)
    # A name of its own, because what a module imports is asked once in a process.
    module = f"mutant_{tmp_path.name.rstrip('0123456789')}".replace("-", "_")

    def failed(changes, line, intact=INTACT):
        Path(tmp_path, f"{module}.py").write_text(PLUGIN)
        cold = f"{module}_plugin"
        Path(tmp_path, f"{cold}.py").write_text(line + PLUGIN)
        fields = {"builder": f"{module}:build", **changes}
        fields["builder"] = fields["builder"].replace("{module}", module)
        provenance = Provenance(
            distribution="modelzoo-mutants", version="1.0", plugin="mutants", module=cold
        )
        subject = Subject(Entry(dataclasses.replace(intact, **fields), provenance))
        return {each.check: each.reason for each in run_checks(SPEC_CHECKS, subject).of("failed")}

    return failed


def test_an_intact_spec_passes_every_check(failed):
    assert failed({}, "") == {}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(failed, mutant):
    changes, line, caught_by = MUTANTS[mutant]
    assert set(failed(changes, line)) == {caught_by}


def test_keys_that_are_no_texts_are_told_of(failed):
    said = failed({"options": {"names": {1: "one"}}}, "")["spec_as_json"]
    assert "the keys of mappings have to be strings" in said


def test_a_spec_that_is_another_when_it_is_made_again_is_caught(failed):
    louder = Louder(name="mutant", summary="A model", builder="mutant_plugin:build")
    said = failed({}, "", louder)["spec_as_json"]
    assert "when it is made of that again" in said


def test_every_check_has_a_mutant():
    assert {check.name for check in SPEC_CHECKS} == {name for *_, name in MUTANTS.values()}


def test_the_names_that_are_known_without_importing_the_checks_are_theirs():
    assert {check.name for check in SPEC_CHECKS} == SPEC_CHECK_NAMES
