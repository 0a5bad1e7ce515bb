"""Plugins that are installed for one test: a module and its metadata on the path."""

import re
import sys
import textwrap
from importlib.metadata import Distribution

import pytest

from modelzoo.registry import PluginHost, queries


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A function that installs a distribution with one plugin of a source, beside the others."""
    monkeypatch.syspath_prepend(tmp_path)
    points, modules = [], []

    def install(distribution, source, metadata="", **environ):
        # A name of its own, because what a module imports is asked once in a process.
        modules.append(re.sub(r"\W", "_", f"{distribution}_{tmp_path.name}"))
        (tmp_path / f"{modules[-1]}.py").write_text(textwrap.dedent(source))
        about = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            metadata
            or f"Metadata-Version: 2.4\nName: {distribution}\nVersion: 1.0\nSummary: A plugin\n"
            "License-Expression: MIT\nRequires-Dist: tf-modelzoo\n"
        )
        name = distribution.removeprefix("modelzoo-")
        (about / "entry_points.txt").write_text(f"[modelzoo]\n{name} = {modules[-1]}\n")
        points.extend(Distribution.at(about).entry_points)
        monkeypatch.setattr(queries, "_host", PluginHost(installed=points, environ=environ))

    yield install
    for module in modules:
        sys.modules.pop(module, None)
