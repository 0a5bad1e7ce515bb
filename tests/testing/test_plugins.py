"""Each check of plugins catches the plugin that is broken in just that way."""

import pytest

from modelzoo.errors import UnknownNameError
from modelzoo.testing import run_checks
from modelzoo.testing.plugins import PLUGIN_CHECKS, PluginSubject

METADATA = """\
Metadata-Version: 2.4
Name: modelzoo-mutant
Version: 1.0
Summary: A model and a family of models
License-Expression: MIT
Requires-Dist: tf-modelzoo>=0.1
"""

INTACT = """
import itertools
from modelzoo import Family, ModelSpec, hookimpl
from modelzoo.testing import Check

count = itertools.count()


def spec(name, **options):
    return ModelSpec(name=name, summary="A net", builder="mutant_nets:build", options=options)


@hookimpl
def modelzoo_models():
    return [spec("mutant_net")]


@hookimpl
def modelzoo_families():
    return [
        Family(kind="model", pattern="mutant/N", summary="Nets", examples=("mutant/3", "mutant/4"))
    ]


@hookimpl
def modelzoo_resolve(kind, name):
    return spec(name) if kind == "model" and name.startswith("mutant/") else None


@hookimpl
def modelzoo_commands(app):
    app.command("mutate")(lambda: None)


@hookimpl
def modelzoo_checks(kind):
    return [Check(name="lives", summary="It lives", run=print)]
"""

# What is replaced in the plugin's source or metadata, the check that catches it, and what it says.
MUTANTS = {
    "raises": ("count = itertools.count()", "raise RuntimeError('no')", "loaded", "RuntimeError"),
    "no summary": (
        "Summary: A model and a family of models\n",
        "",
        "metadata",
        "has no description",
    ),
    "no licence": ("License-Expression: MIT\n", "", "metadata", "has no licence"),
    "no dependency": ("Requires-Dist: tf-modelzoo>=0.1\n", "", "metadata", "does not depend on"),
    "wrong dependency": (
        "tf-modelzoo>=0.1",
        "tf-modelzoo\nRequires-Dist: modelzoo",
        "metadata",
        "an unrelated project",
    ),
    "a built-in's name": (
        'spec("mutant_net")',
        'spec("mobilenet_v1")',
        "names_free",
        "model 'mobilenet_v1' is built in",
    ),
    "other specs each time": (
        'spec("mutant_net")',
        'spec(f"mutant_{next(count)}")',
        "same_specs_again",
        "modelzoo_models returns something else",
    ),
    "other families each time": (
        'summary="Nets"',
        'summary=f"Nets, the {next(count)}th time"',
        "same_specs_again",
        "modelzoo_families returns something else",
    ),
    "other answers each time": (
        'spec(name) if kind == "model"',
        'spec(name, width=next(count)) if kind == "model"',
        "same_specs_again",
        "modelzoo_resolve returns something else",
    ),
    "resolves everything": (
        'and name.startswith("mutant/")',
        "",
        "resolves_its_own",
        "it resolves model 'a_name_that_nobody_has'",
    ),
    "resolves no example": (
        'name.startswith("mutant/")',
        'name == "mutant/3"',
        "resolves_its_own",
        "'mutant/4', an example of mutant/N, is not resolved: There is no model named",
    ),
    "heavy command": ('app.command("mutate")(lambda: None)', "import keras", "cold", "keras"),
    "failing command": (
        'app.command("mutate")(lambda: None)',
        "app.no_such()",
        "cold",
        "AttributeError",
    ),
    "command that can't be made": (
        'app.command("mutate")(lambda: None)',
        'def mutate(it: "Unknown"): pass\n    app.command()(mutate)',
        "cold",
        "Unknown",
    ),
    "checks of its own kind": (
        '[Check(name="lives", summary="It lives", run=print)]',
        "[print]",
        "checks_offered",
        "expected a modelzoo.testing.Check",
    ),
}  # fmt: skip

OTHER = """
from modelzoo import Family, ModelSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [ModelSpec(name="other_net", summary="A net", builder="mutant_nets:build")]


@hookimpl
def modelzoo_families():
    return []


@hookimpl
def modelzoo_resolve(kind, name):
    return None
"""


@pytest.fixture
def report(install):
    """A function that installs a plugin of a source and metadata, and checks it."""

    def report(source=INTACT, metadata=METADATA):
        install("modelzoo-mutant", source, metadata)
        return run_checks(PLUGIN_CHECKS, PluginSubject("modelzoo-mutant"))

    return report


def failed(report):
    return {each.check: each.reason for each in report.of("failed")}


def test_an_intact_plugin_passes_every_check(report):
    found = report()
    assert found.counts["passed"] == len(PLUGIN_CHECKS), str(found)


@pytest.mark.filterwarnings("ignore::modelzoo.errors.PluginWarning")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(report, mutant):
    intact, broken, caught_by, said = MUTANTS[mutant]
    assert intact in INTACT + METADATA
    found = failed(report(INTACT.replace(intact, broken), METADATA.replace(intact, broken)))
    assert said in found[caught_by]
    # A plugin that could not be loaded has nothing for the other checks.
    assert set(found) <= {caught_by, "loaded", "cold", "checks_offered"}


@pytest.mark.parametrize(
    ("intact", "broken", "phrase"),
    [
        ("other_net", "mutant_net", "model 'mutant_net' is in modelzoo-other, too"),
        (
            "return []",
            "yield Family(kind='model', pattern='mutant/N', summary='N', examples=('mutant/5',))",
            "model family 'mutant/N' is in modelzoo-other, too",
        ),
    ],
)
def test_names_that_another_plugin_has_are_told_of(install, report, intact, broken, phrase):
    install("modelzoo-other", OTHER.replace(intact, broken))
    assert failed(report())["names_free"].startswith(phrase)


def test_examples_that_another_plugin_resolves_too_are_this_one_s(install, report):
    install(
        "modelzoo-other",
        OTHER.replace(
            "return None",
            "if kind == 'model' and name.startswith('mutant/'):\n"
            "        return ModelSpec(name=name, summary='Other', builder='other_nets:build')",
        ),
    )
    assert failed(report()) == {}
    entries = [each for each in PluginSubject("modelzoo-mutant").entries if "/" in each.spec.name]
    assert [each.spec.summary for each in entries] == ["A net", "A net"]


def test_an_example_that_only_another_plugin_resolves_is_not_resolved(install, report):
    install(
        "modelzoo-other",
        OTHER.replace(
            "return None",
            "if kind == 'model':\n"
            "        return ModelSpec(name=name, summary='Any', builder='other_nets:build')",
        ),
    )
    found = failed(report())
    assert (
        "modelzoo-other resolves it even as modelzoo-mutant/mutant/3" in found["resolves_its_own"]
    )
    assert [each.spec.name for each in PluginSubject("modelzoo-mutant").entries] == ["mutant_net"]


def test_every_check_has_a_mutant():
    assert {check.name for check in PLUGIN_CHECKS} == {name for _, _, name, _ in MUTANTS.values()}


def test_a_distribution_without_plugins_is_unknown():
    with pytest.raises(UnknownNameError, match="Did you mean 'tf-modelzoo'"):
        PluginSubject("tf-modelzo")


def test_what_is_built_in_passes():
    found = run_checks(PLUGIN_CHECKS, PluginSubject("tf-modelzoo"))
    assert failed(found) == {}
