"""Each check of plugins catches the plugin that is broken in just that way."""

import re
import sys
import textwrap
from importlib.metadata import Distribution

import pytest

from modelzoo.errors import UnknownNameError
from modelzoo.registry import PluginHost, queries
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


def spec(name):
    return ModelSpec(name=name, summary="A net", builder="mutant_nets:build")


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

# What is replaced in the plugin's source or metadata, and the check that catches it.
MUTANTS = {
    "raises": ("count = itertools.count()", "raise RuntimeError('no')", "loaded"),
    "no summary": ("Summary: A model and a family of models\n", "", "metadata"),
    "no licence": ("License-Expression: MIT\n", "", "metadata"),
    "no dependency": ("Requires-Dist: tf-modelzoo>=0.1\n", "", "metadata"),
    "wrong dependency": ("tf-modelzoo>=0.1", "tf-modelzoo\nRequires-Dist: modelzoo", "metadata"),
    "a built-in's name": ('spec("mutant_net")', 'spec("mobilenet_v1")', "names_free"),
    "another answer each time": (
        'spec("mutant_net")',
        'spec(f"mutant_{next(count)}")',
        "same_specs_again",
    ),
    "resolves everything": ('and name.startswith("mutant/")', "", "resolves_its_own"),
    "resolves no example": ('name.startswith("mutant/")', 'name == "mutant/3"', "resolves_its_own"),
    "heavy command": ('app.command("mutate")(lambda: None)', "import keras", "cold"),
    "failing command": ('app.command("mutate")(lambda: None)', "app.no_such()", "cold"),
    "command that can't be made": (
        'app.command("mutate")(lambda: None)',
        'def mutate(it: "Unknown"): pass\n    app.command()(mutate)',
        "cold",
    ),
    "checks of its own kind": (
        '[Check(name="lives", summary="It lives", run=print)]',
        "[print]",
        "checks_offered",
    ),
}  # fmt: skip


@pytest.fixture
def report(tmp_path, monkeypatch):
    """A function that installs a plugin of a source and metadata, and checks it."""
    monkeypatch.syspath_prepend(tmp_path)

    # A name of its own, because what a module imports is asked once in a process.
    module = re.sub(r"\W", "_", f"mutant_{tmp_path.name}")

    def report(source, metadata):
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(source))
        about = tmp_path / "modelzoo_mutant-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(metadata)
        (about / "entry_points.txt").write_text(f"[modelzoo]\nmutant = {module}\n")
        host = PluginHost(installed=Distribution.at(about).entry_points)
        monkeypatch.setattr(queries, "_host", host)
        return run_checks(PLUGIN_CHECKS, PluginSubject("modelzoo-mutant"))

    yield report
    sys.modules.pop(module, None)


def failed(report):
    return {each.check for each in report.of("failed")}


def test_an_intact_plugin_passes_every_check(report):
    found = report(INTACT, METADATA)
    assert found.counts["passed"] == len(PLUGIN_CHECKS), str(found)


@pytest.mark.filterwarnings("ignore::modelzoo.errors.PluginWarning")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_is_caught(report, mutant):
    intact, broken, caught_by = MUTANTS[mutant]
    assert intact in INTACT + METADATA
    found = failed(report(INTACT.replace(intact, broken), METADATA.replace(intact, broken)))
    assert caught_by in found
    # A plugin that could not be loaded has nothing for the other checks.
    assert found <= {caught_by, "loaded", "cold", "checks_offered"}


def test_every_check_has_a_mutant():
    assert {check.name for check in PLUGIN_CHECKS} == {name for *_, name in MUTANTS.values()}


def test_a_distribution_without_plugins_is_unknown():
    with pytest.raises(UnknownNameError, match="Did you mean 'tf-modelzoo'"):
        PluginSubject("tf-modelzo")


def test_what_is_built_in_passes():
    found = run_checks(PLUGIN_CHECKS, PluginSubject("tf-modelzoo"))
    assert failed(found) == set()
