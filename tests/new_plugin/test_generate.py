"""A plugin package as it is generated: what it is, and that it passes all that it is tested by."""

import ast
import json
import os
import subprocess
import sys
import tomllib

import pytest
from virtual_environment import VirtualEnvironment, wheel

from modelzoo.errors import OptionError, StorageError
from modelzoo.new_plugin import new_plugin


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The folder of a new package."""
    return new_plugin("night-owls", tmp_path_factory.mktemp("generated"))


def test_distribution_and_package_are_named_after_the_plugin(generated):
    project = tomllib.loads((generated / "pyproject.toml").read_text())
    assert generated.name == project["project"]["name"] == "modelzoo-night-owls"
    assert project["project"]["entry-points"]["modelzoo"] == {
        "night_owls": "modelzoo_night_owls.plugin"
    }
    assert (generated / "modelzoo_night_owls" / "plugin.py").is_file()


def test_nothing_of_the_template_is_left(generated):
    for file in generated.rglob("*"):
        if file.is_file():
            assert file.suffix != ".jinja"
            assert "{%" not in file.read_text()
            assert "{{" not in file.read_text().replace("${{ matrix.python }}", "")


def test_every_module_is_documented(generated):
    for file in (generated / "modelzoo_night_owls").glob("*.py"):
        assert ast.get_docstring(ast.parse(file.read_text())), file


@pytest.mark.parametrize(
    "name",
    [
        "",
        "9lives",
        "a b",
        "class",
        "acme__zoo",
        "../acme",
        "acme/zoo",
        "x" * 25,
        "modelzoo-",
        "tf-modelzoo",
    ],
)
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(OptionError, match="can't be the name of a plugin"):
        new_plugin(name, tmp_path)
    assert not any(tmp_path.iterdir())


def test_the_name_of_an_installed_distribution_is_refused(tmp_path, monkeypatch):
    about = tmp_path / "site" / "modelzoo_acme-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: modelzoo-acme\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(OptionError, match="modelzoo-acme is installed already"):
        new_plugin("acme", tmp_path)
    assert not (tmp_path / "modelzoo-acme").exists()


def test_the_prefix_of_distributions_is_not_doubled(tmp_path):
    assert new_plugin("modelzoo-acme", tmp_path).name == "modelzoo-acme"


def test_a_folder_that_is_there_is_not_touched(tmp_path):
    (tmp_path / "modelzoo-acme").mkdir()
    with pytest.raises(StorageError, match="is there already"):
        new_plugin("acme", tmp_path)
    assert not any((tmp_path / "modelzoo-acme").iterdir())


@pytest.mark.parametrize("arguments", [("ruff", "check"), ("ruff", "format", "--check")])
# The longest name makes the longest lines.
@pytest.mark.parametrize("name", ["acme", "x" * 24])
def test_ruff_has_nothing_to_say(tmp_path, name, arguments):
    folder = new_plugin(name, tmp_path)
    run(folder, "-m", *arguments, "--config", "pyproject.toml", ".")


def run(folder, *arguments):
    process = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=os.environ
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.fixture(scope="module")
def environment(repository, generated, tmp_path_factory):
    """A virtual environment with this project's wheel and that of the new package."""
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    wheels = tmp_path_factory.mktemp("zoo"), tmp_path_factory.mktemp("plugin")
    environment.install(wheel(repository, wheels[0]), wheel(generated, wheels[1]))
    return environment


@pytest.mark.slow
def test_it_passes_its_own_tests_among_them_every_conformance_check(generated, environment):
    printed = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", generated)
    assert " passed" in printed.splitlines()[-1]
    assert "failed" not in printed.splitlines()[-1]


@pytest.mark.slow
def test_the_command_finds_nothing_to_blame(environment):
    report = json.loads(environment.run("-m", "modelzoo", "check", "modelzoo-night-owls", "--json"))
    assert report["ok"]
    assert {each["subject"].partition(" ")[0] for each in report["outcomes"]} == {
        "plugin",
        "model",
        "dataset",
        "task",
        "recipe",
    }


@pytest.mark.slow
def test_mypy_has_nothing_to_say(generated, environment):
    # Where the package and the zoo are installed, as their types are found there.
    environment.run("-m", "mypy", "--config-file", generated / "pyproject.toml")
