"""The site, built once, and the examples of the page of hooks as plugins of this process."""

import re
import subprocess
import sys
import tomllib
import zlib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from modelzoo.registry import PluginHost, queries


@pytest.fixture(scope="session")
def site(repository, tmp_path_factory) -> Path:
    """The folder of the built pages; any warning of Sphinx is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-d",
        folder / "doctrees",
    ]
    built = subprocess.run(
        [*command, repository / "docs", folder / "html"], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return folder / "html"


@pytest.fixture(scope="session")
def documented(site) -> set[str]:
    """The names of all objects that the site describes."""
    # Four lines of heading, then a compressed line per object: name, domain:role, ...
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(packed).decode().splitlines()
    return {re.match(r"(.+?) \w+:[\w-]+ -?\d+ ", line)[1] for line in lines}


@pytest.fixture
def examples_folder(repository, monkeypatch) -> Path:
    """The folder of the examples, which can be imported from."""
    folder = repository / "docs" / "examples"
    monkeypatch.syspath_prepend(folder)
    yield folder
    forget_modules(folder)


@pytest.fixture
def plugin_packages(repository, monkeypatch):
    """The module of the gallery's directives, which asks packages what they offer."""
    monkeypatch.syspath_prepend(repository / "docs")
    from directives import plugin_packages

    yield plugin_packages
    for name in [each for each in sys.modules if each.partition(".")[0] == "directives"]:
        del sys.modules[name]


@pytest.fixture
def plug_in(monkeypatch):
    """Makes entry points, as a ``pyproject.toml`` announces them, this process's plugins."""

    def plug_in(pyproject: str) -> PluginHost:
        announced = tomllib.loads(pyproject)["project"]["entry-points"]["modelzoo"]
        host = PluginHost(
            installed=[EntryPoint(name, module, "modelzoo") for name, module in announced.items()],
            environ={"MODELZOO_STRICT_PLUGINS": "1"},
        )
        monkeypatch.setattr(queries, "_host", host)
        return host

    return plug_in


def forget_modules(folder: Path) -> None:
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(folder)):
            del sys.modules[name]
