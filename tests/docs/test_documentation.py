"""The site is built without a warning, and leaves out nothing that is public."""

import inspect
import re
import zlib

import pytest
import typer

import modelzoo
from modelzoo import errors
from modelzoo.cli import build_app
from modelzoo.registry import KINDS, PluginHost, hookspecs

HOOKS = [
    name
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and name.startswith("modelzoo_")
]
ALSO_PUBLIC = [
    *(f"modelzoo.registry.{name}" for name in ("Entry", "PluginHost", "PluginRecord", "Spec")),
    *(f"modelzoo.Task.{name}" for name in ("head", "loss", "metrics", "check_labels", "decode")),
    *(f"modelzoo.Exporter.{name}" for name in ("export", "load")),
    *(f"modelzoo.Trainer.{name}" for name in ("fit", "resume", "from_recipe", "evaluate")),
    *(f"modelzoo.Run.{name}" for name in ("evaluate", "predict", "export", "history", "model")),
    "modelzoo.Predictor.predict",
]
COMMANDS = typer.main.get_command(build_app()).commands
OPTIONS = [
    f"modelzoo-{name}.{parameter.opts[0]}"
    for name, command in COMMANDS.items()
    for parameter in command.params
    if parameter.param_type_name == "option"
]
BUILT_IN = [
    (kind, entry.spec.name)
    for kind in KINDS
    for entry in PluginHost(installed=()).registry.entries(kind)
]


@pytest.fixture(scope="module")
def documented(site) -> set[str]:
    """The names of all objects that the site describes."""
    # Four lines of heading, then a compressed line per object: name, domain:role, ...
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(packed).decode().splitlines()
    return {re.match(r"(.+?) \w+:[\w-]+ -?\d+ ", line)[1] for line in lines}


def headings(page) -> list[str]:
    return re.findall(r"<h\d>(.*?)<a ", page.read_text("utf-8"))


@pytest.mark.parametrize("name", modelzoo.__all__)
def test_every_public_name_is_described(name, documented):
    assert f"modelzoo.{name}" in documented


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_described(name, documented):
    assert f"modelzoo.errors.{name}" in documented


@pytest.mark.parametrize("name", ALSO_PUBLIC)
def test_what_public_names_lead_to_is_described(name, documented):
    assert name in documented


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_its_signature_on_the_page_of_plugins(name, documented):
    assert f"modelzoo.registry.hookspecs.{name}" in documented


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_heading_on_the_page_of_plugins(name, site):
    assert name in headings(site / "plugins.html")


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_followed_by_an_example_that_implements_it(name, repository):
    page = (repository / "docs" / "plugins.md").read_text("utf-8")
    section = re.search(rf"^### {name}$(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)[1]
    files = re.findall(r"\{literalinclude\} (\S+)", section)
    sources = [(repository / "docs" / file).read_text("utf-8") for file in files]
    assert any(f"@modelzoo.hookimpl\ndef {name}(" in source for source in sources)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_heading(name, site):
    assert f"modelzoo {name}" in headings(site / "reference" / "command-line.html")


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_described(option, documented):
    assert option in documented


@pytest.mark.parametrize(("kind", "name"), BUILT_IN)
def test_everything_built_in_is_in_a_table(kind, name, site):
    tables = (site / "reference" / "zoo.html").read_text("utf-8")
    assert f'<span class="pre">{name}</span>' in tables


def test_pages_load_nothing_from_the_network(site):
    loaded = [
        found
        for page in site.rglob("*.html")
        for found in re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]*)"', page.read_text("utf-8")
        )
    ]
    assert loaded == []


def test_the_page_of_the_hook_that_nobody_calls_says_so(repository):
    callers = [
        file
        for file in (repository / "modelzoo").rglob("*.py")
        if '"modelzoo_checks"' in file.read_text("utf-8")
    ]
    page = (repository / "docs" / "plugins.md").read_text("utf-8")
    assert ("Nobody asks yet" in page) == (callers == [])
