"""The site is built without a warning, and leaves out nothing that is public."""

import inspect
import pkgutil
import re

import pytest
import typer

import modelzoo
from modelzoo import errors, testing
from modelzoo.cli import build_app
from modelzoo.new_plugin import new_plugin
from modelzoo.registry import KINDS, PluginHost, hookspecs

HOOKS = [
    name
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and name.startswith("modelzoo_")
]
ALSO_PUBLIC = [
    *(f"modelzoo.registry.{name}" for name in ("Entry", "PluginHost", "PluginRecord", "Spec")),
    *(f"modelzoo.testing.{name}" for name in testing.__all__),
    "modelzoo.data.fetch",
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
def test_every_hook_has_its_signature_on_the_page_of_hooks(name, documented):
    assert f"modelzoo.registry.hookspecs.{name}" in documented


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_heading_on_the_page_of_hooks(name, site):
    assert name in headings(site / "authors" / "hooks.html")


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_followed_by_an_example_that_implements_it(name, repository):
    authors = repository / "docs" / "authors"
    page = (authors / "hooks.md").read_text("utf-8")
    section = re.search(rf"^### {name}$(.*?)(?=^##|\Z)", page, re.DOTALL | re.MULTILINE)[1]
    files = re.findall(r"\{literalinclude\} (\S+)", section)
    sources = [(authors / file).read_text("utf-8") for file in files]
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


def test_every_key_of_a_report_is_described(repository):
    outcome = testing.Outcome(subject="recipe owls", check="fits", status="passed")
    report = testing.Report("recipe owls", [outcome]).to_dict()
    page = (repository / "docs" / "reference" / "command-line.md").read_text("utf-8")
    section = page.partition("## What `modelzoo check` prints")[2].partition("\n## ")[0]
    words = set(re.findall(r"`(\w+)`", section))
    assert {*report, *report["counts"], *report["outcomes"][0], "versions"} <= words


def test_every_file_of_a_new_plugin_is_described(repository, tmp_path):
    folder = new_plugin("owls", tmp_path)
    page = (repository / "docs" / "reference" / "command-line.md").read_text("utf-8")
    section = page.partition("## What `modelzoo new-plugin` writes")[2].partition("\n## ")[0]
    files = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
    # Empty, or what others know without being told.
    known = {"__init__.py", "py.typed", ".gitignore"}
    missing = [
        str(each)
        for each in files
        if each.name not in known and each.parts[0] != "tests" and f"{each.name}`" not in section
    ]
    assert missing == []


def test_pages_load_nothing_from_the_network(site):
    loaded = [
        found
        for page in site.rglob("*.html")
        for found in re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]*)"', page.read_text("utf-8")
        )
    ]
    assert loaded == []


@pytest.mark.parametrize(
    "package",
    sorted(
        each.name
        for each in pkgutil.iter_modules(modelzoo.__path__)
        # The picture calls its plugins by what they are.
        if each.ispkg and each.name != "builtin"
    ),
)
def test_the_house_has_every_package(package, repository):
    house = (repository / "docs" / "house.svg").read_text("utf-8")
    names = re.findall(r'class="name[^>]*>([^<]+)<', house)
    assert package in " · ".join(names).split(" · ")
