"""Plugins made on the spot: real modules and real distribution metadata in a temporary folder."""

import sys
import textwrap
import warnings
from collections.abc import Callable
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

import pytest

from modelzoo.errors import PluginWarning
from modelzoo.registry import PluginHost, PluginRecord, heavy

PREAMBLE = """\
from modelzoo.registry import (
    DatasetSpec, ExporterSpec, Family, ModelSpec, RecipeSpec, TaskSpec, hookimpl
)


def model(name, **fields):
    return ModelSpec(name=name, summary="A model", builder="json:dumps", **fields)

"""


class Environment:
    """A folder on ``sys.path`` into which plugins are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.builtins: dict[str, str] = {}
        self.entry_points: list[EntryPoint] = []

    def install(self, distribution: str, *, version: str = "1.0", **plugins: str) -> None:
        """Write a distribution whose plugins have these names and sources."""
        lines = ["[modelzoo]"]
        for name, source in plugins.items():
            lines.append(f"{name} = {self._module(f'{distribution}_{name}', source)}")
        about = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
        self.entry_points += Distribution.at(about).entry_points

    def build_in(self, **plugins: str) -> None:
        """Write built-in plugins of these names and sources."""
        for name, source in plugins.items():
            self.builtins[name] = self._module(f"builtin_{name}", source)

    def _module(self, name: str, source: str) -> str:
        module = name.replace("-", "_")
        (self.folder / f"{module}.py").write_text(PREAMBLE + textwrap.dedent(source))
        return module

    def host(self, **environ: str) -> PluginHost:
        """A host of these built-in and installed plugins and no others."""
        return PluginHost(builtins=self.builtins, installed=self.entry_points, environ=environ)


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Environment:
    monkeypatch.syspath_prepend(tmp_path)
    yield Environment(tmp_path)
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def models(*names: str) -> str:
    """The source of a plugin with models of these names."""
    return f"""
        @hookimpl
        def modelzoo_models():
            return [model(name) for name in {names!r}]
        """


@pytest.fixture
def plugin_with():
    """A function from names of models to the source of a plugin that has them."""
    return models


@pytest.fixture
def heavy_library(environment, monkeypatch):
    """A small stand-in for a heavy library: ``heavy_stand_in``."""
    (environment.folder / "heavy_stand_in.py").touch()
    monkeypatch.setattr(heavy, "HEAVY_LIBRARIES", frozenset({"heavy_stand_in"}))


def without_warnings(action: Callable[[], Any]) -> Any:
    """What an action returns, and nothing of what plugins are warned about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        return action()


@pytest.fixture
def quietly():
    """A function that does something without the warnings about plugins."""
    return without_warnings


@pytest.fixture
def record_of():
    """A function from a host and a plugin's name to what became of it, without warnings."""

    def record_of(host: PluginHost, name: str) -> PluginRecord:
        records = without_warnings(lambda: host.records)
        return next(each for each in records if each.name == name)

    return record_of
