"""Writes a plugin package: a model, a dataset, a task and a recipe with their tests."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from modelzoo.errors import OptionError, StorageError
from modelzoo.storage import atomic_folder, make_folder
from modelzoo.version import __version__

__all__ = ["new_plugin"]

_SUFFIX = ".jinja"
_LONGEST_NAME = 24
_TAKEN = frozenset({"modelzoo", "tf_modelzoo"})
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def new_plugin(name: str, parent: str | Path = ".") -> Path:
    """Write a package that adds a model, a dataset, a task and a recipe to the zoo.

    It passes its own tests, the conformance checks, ruff and mypy as it is: an author replaces
    what is in it piece by piece.

    Args:
        name: What the plugin is called, such as ``"acme"``: the names in the zoo begin with it.
            The distribution is then ``modelzoo-acme`` and the package ``modelzoo_acme``.
        parent: The folder in which the package's folder is made.

    Returns:
        The absolute path of the new folder, named like the distribution.

    Raises:
        OptionError: The name can't be that of a package, or of what is in the zoo, or there is an
            installed distribution of that name.
        StorageError: There is such a folder already, or it can't be written.

    Example:
        >>> import tempfile
        >>> folder = new_plugin("acme", tempfile.mkdtemp())
        >>> folder.name, (folder / "modelzoo_acme" / "plugin.py").is_file()
        ('modelzoo-acme', True)
    """
    prefix = _checked(name)
    distribution = f"modelzoo-{prefix.replace('_', '-')}"
    package = f"modelzoo_{prefix}"
    if _is_installed(distribution):
        raise OptionError(
            f"{name!r} can't be the name of a new plugin: {distribution} is installed already. "
            "Choose another one, such as 'acme'."
        )
    target = Path(parent).expanduser().absolute() / distribution
    if target.exists():
        raise StorageError(
            f"{target} is there already. Choose another name or another folder, or delete it."
        )
    words = {
        "distribution": distribution,
        "package": package,
        "prefix": prefix,
        "zoo_version": __version__,
    }
    with atomic_folder(target) as folder:
        for path, text in _rendered(words):
            file = folder / path.replace("package/", f"{package}/", 1)
            make_folder(file.parent)
            file.write_text(text, encoding="utf-8")
    return target


def _checked(name: str) -> str:
    prefix = name.strip().lower().replace("-", "_").removeprefix("modelzoo_")
    if keyword.iskeyword(prefix) or prefix in _TAKEN:
        raise OptionError(
            f"{name!r} can't be the name of a plugin: it is a word of Python's or this zoo's own. "
            "Choose another one, such as 'acme'."
        )
    if not _NAME.fullmatch(prefix) or len(prefix) > _LONGEST_NAME:
        raise OptionError(
            f"{name!r} can't be the name of a plugin: expected up to {_LONGEST_NAME} letters, "
            "digits and single underscores that start with a letter, such as 'acme'."
        )
    return prefix


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _rendered(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The files' paths below the package's folder, with slashes, and their texts."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Python and TOML, not HTML
    )
    for path, file in _files(resources.files("modelzoo.new_plugin") / "template"):
        text = environment.from_string(file.read_text(encoding="utf-8")).render(words)
        yield path.removesuffix(_SUFFIX), text


def _files(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda child: child.name):
        if each.is_dir():
            yield from _files(each, f"{path}{each.name}/")
        else:
            yield f"{path}{each.name}", each
