"""The gallery and the pages of the plugin packages, made of the packages themselves."""

import re
import sys
from pathlib import Path

import pytest

from modelzoo.errors import PluginError

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.name for file in REPOSITORY.glob("plugins/*/pyproject.toml"))

PYPROJECT = """
[project]
name = "modelzoo-owls"
version = "3.1"
description = "Owls."
license = "MIT"
keywords = ["modelzoo", "owls"]

[project.entry-points.modelzoo]
owls = "owls_of_the_gallery"
"""
PLUGIN = """
from modelzoo import Family, ModelSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [
        ModelSpec(name=name, summary="An owl", builder="owls:build") for name in ("owl_b", "owl_a")
    ]


@hookimpl
def modelzoo_families():
    return [
        Family(kind="dataset", pattern="owls/NAME", summary="Owls", examples=("owls/iceland",))
    ]


@hookimpl
def modelzoo_commands(app):
    app.command("hoot")(print)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A package with a plugin in it."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "owls_of_the_gallery.py").write_text(PLUGIN)
    yield tmp_path
    sys.modules.pop("owls_of_the_gallery", None)


def test_a_package_is_asked_what_it_offers(plugin_packages, folder):
    package = plugin_packages.read_package(folder)
    assert package.name == "modelzoo-owls"
    assert package.names == {"model": ["owl_a", "owl_b"]}
    assert [each.pattern for each in package.families] == ["owls/NAME"]
    assert package.commands == ["hoot"]


def test_the_path_of_imports_is_left_as_it_was(plugin_packages, folder):
    before = [*sys.path]
    plugin_packages.read_package(folder)
    assert sys.path == before


def test_a_package_whose_plugin_fails_is_an_error(plugin_packages, folder):
    (folder / "owls_of_the_gallery.py").write_text("raise RuntimeError('asleep')")
    with pytest.raises(PluginError, match="asleep"):
        plugin_packages.read_package(folder)


def card(page: Path, name: str) -> str:
    """What is on the card of a package."""
    cards = re.split(r'<div class="plugin-card[^>]*>', page.read_text("utf-8"))[1:]
    texts = [re.sub(r"<[^>]*>", "", each).strip() for each in cards]
    return next(each for each in texts if each.startswith(f"{name} "))


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_has_a_card_with_the_command_that_installs_it(name, site):
    text = card(site / "gallery.html", name)
    assert f"pip install ./plugins/{name}" in text
    assert re.search(r"\d+ (model|dataset)s?, such as|(model|dataset)s [\w/]+, such as", text)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_has_a_page_with_its_readme(name, site):
    page = (site / "plugins" / f"{name}.html").read_text("utf-8")
    headings = {re.sub(r"<[^>]*>", "", each) for each in re.findall(r"<h2>(.*?)<a ", page)}
    readme = (REPOSITORY / "plugins" / name / "README.md").read_text("utf-8")
    sections = re.findall(r"^## ([^\n`]+)$", readme, re.MULTILINE)
    assert sections
    assert {each.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") for each in sections} <= headings


def test_cards_are_linked_with_the_pages(site):
    for name in PACKAGES:
        assert f'href="plugins/{name}.html"' in (site / "gallery.html").read_text("utf-8")


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_is_in_the_readme_of_the_folder(name):
    assert f"[{name}]({name}/README.md)" in (REPOSITORY / "plugins" / "README.md").read_text(
        "utf-8"
    )
