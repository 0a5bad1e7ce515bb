"""``{plugin-gallery}`` and ``{plugin-card} NAME``: the plugin packages of this repository.

What is said of a package is in its ``pyproject.toml``, and what it offers is asked of its plugins,
as anybody's are, without installing it.
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from modelzoo.registry import KINDS, Family, Kind, PluginHost

PLUGINS = Path(__file__).parents[2] / "plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A plugin package as it is in its folder.

    Attributes:
        folder: The folder.
        project: The table ``project`` of its ``pyproject.toml``.
        names: What it registers, by kind.
        families: Its families of names.
        commands: The names of the commands that it adds.
    """

    folder: Path
    project: Mapping[str, Any]
    names: Mapping[Kind, list[str]]
    families: list[Family]
    commands: list[str]

    @property
    def name(self) -> str:
        """The distribution's name."""
        return str(self.project["name"])


def read_package(folder: Path) -> Package:
    """Read a package's metadata, and ask its plugins what they offer.

    Args:
        folder: The folder with its ``pyproject.toml``.

    Raises:
        PluginError: One of its plugins fails.
    """
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    points = [
        EntryPoint(name, module, "modelzoo")
        for name, module in project["entry-points"]["modelzoo"].items()
    ]
    with _importable(folder):
        host = PluginHost(builtins={}, installed=points, environ={"MODELZOO_STRICT_PLUGINS": "1"})
        names = {kind: host.registry.names(kind) for kind in KINDS}
        commands = [name for _, offered in host.commands() for name in offered]
    return Package(
        folder=folder,
        project=project,
        names={kind: each for kind, each in names.items() if each},
        families=[entry.family for entry in host.registry.families()],
        commands=commands,
    )


class PluginGallery(SphinxDirective):
    """Writes a card for each package."""

    def run(self) -> list[nodes.Node]:
        """The cards."""
        cards = []
        for folder in sorted(file.parent for file in PLUGINS.glob("*/pyproject.toml")):
            package = read_package(folder)
            _note(self, package)
            card = nodes.container("", classes=["plugin-card"])
            link = f"**[{package.name}](plugins/{package.name}.md)**"
            card += self.parse_text_to_nodes(f"{link} {_version(package)}\n\n{_about(package)}")
            card += _keywords(package)
            cards.append(card)
        return [nodes.container("", *cards, classes=["plugin-gallery"])]


class PluginCard(SphinxDirective):
    """Writes the card of one package, without its name and keywords."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The card."""
        package = read_package(PLUGINS / self.arguments[0])
        _note(self, package)
        card = nodes.container("", classes=["plugin-card"])
        card += self.parse_text_to_nodes(f"{_version(package)}\n\n{_about(package)}")
        return [card]


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _note(directive: SphinxDirective, package: Package) -> None:
    for file in [*package.folder.glob("*/*.py"), package.folder / "pyproject.toml"]:
        directive.env.note_dependency(str(file))


def _version(package: Package) -> str:
    return f"{package.project['version']}, {package.project['license']} licence"


def _about(package: Package) -> str:
    """Description, offers, and the command that installs it, as MyST text."""
    offers = [
        f"- {len(names)} {kind}{'s' * (len(names) != 1)}, such as `{names[0]}`"
        for kind, names in package.names.items()
    ]
    offers += [
        f"- {family.kind}s `{family.pattern}`, such as `{family.examples[0]}`"
        for family in package.families
    ]
    offers += [f"- the command `modelzoo {name}`" for name in package.commands]
    install = f"```bash\npip install ./plugins/{package.folder.name}\n```"
    return "\n\n".join([package.project["description"], "\n".join(offers), install])


def _keywords(package: Package) -> nodes.Element:
    words = [
        nodes.inline(word, word, classes=["plugin-keyword"])
        for word in package.project.get("keywords", ())
    ]
    return nodes.paragraph("", "", *words, classes=["plugin-keywords"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives."""
    app.add_directive("plugin-gallery", PluginGallery)
    app.add_directive("plugin-card", PluginCard)
    return {"parallel_read_safe": True}
