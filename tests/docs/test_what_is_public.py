"""What the plugin packages use is public: in a module that the page lists, and described."""

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from modelzoo.new_plugin import new_plugin


class Import(NamedTuple):
    """A name that is imported from a module; None: the module itself."""

    module: str
    name: str | None


def imports(file: Path) -> Iterator[Import]:
    """What a file imports of modelzoo, functions and blocks for type checkers included."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"), file.name)):
        if isinstance(node, ast.Import):
            found = [Import(each.name, None) for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found = [Import(node.module, each.name) for each in node.names]
        else:
            continue
        yield from (each for each in found if each.module.partition(".")[0] == "modelzoo")


@pytest.fixture(scope="module")
def public(repository) -> set[str]:
    """The modules that the page lists."""
    page = (repository / "docs" / "authors" / "index.md").read_text("utf-8")
    section = page.partition("\n## What is public\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`(modelzoo[\w.]*)`", section))


@pytest.fixture(scope="module")
def used(repository, tmp_path_factory) -> dict[Import, str]:
    """What the plugin packages and a new plugin import, with one of the files that do."""
    generated = new_plugin("owls", tmp_path_factory.mktemp("new"))
    files = [
        *repository.glob("plugins/*/modelzoo_*/**/*.py"),
        *(repository / "docs" / "examples").rglob("*.py"),
        *generated.rglob("*.py"),
    ]
    # A package may be imported as a name, too: from modelzoo import errors.
    return {
        Import(f"modelzoo.{each.name}", None) if is_module(each) else each: file.name
        for file in files
        for each in imports(file)
    }


def is_module(each: Import) -> bool:
    if each.module != "modelzoo" or each.name is None:
        return False
    return importlib.util.find_spec(f"modelzoo.{each.name}") is not None


def test_every_module_on_the_page_says_what_is_public_in_it(public):
    assert [each for each in public if not hasattr(importlib.import_module(each), "__all__")] == []


def test_all_that_plugins_import_is_of_modules_on_the_page(public, used):
    assert {each: file for each, file in used.items() if each.module not in public} == {}


def test_all_that_plugins_import_is_public_in_its_module(used):
    assert {
        each: file
        for each, file in used.items()
        if each.name and each.name not in importlib.import_module(each.module).__all__
    } == {}


def test_all_that_plugins_import_is_described(used, documented):
    assert {
        each: file
        for each, file in used.items()
        if each.name and not {f"{each.module}.{each.name}", f"modelzoo.{each.name}"} & documented
    } == {}
