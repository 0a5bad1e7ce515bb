"""Which version of this package a plugin's distribution needs, told from its metadata."""

from __future__ import annotations

import re
from importlib.metadata import Distribution
from typing import TYPE_CHECKING

from modelzoo.errors import InvalidSpecError
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.registry.names import normalise_distribution
from modelzoo.version import __version__

if TYPE_CHECKING:
    from packaging.specifiers import Specifier

# A name, perhaps extras, and then a version or an address; a marker alone says nothing of ours.
_WITH_VERSION = re.compile(r"\s*([A-Za-z0-9._-]++)\s*+(?:\[[^]]*\])?+\s*[^\s;]")
_WANT_NEWER = (">=", ">", "~=", "==")


def unmet_requirement(distribution: Distribution, *, version: str = __version__) -> str:
    """What a distribution needs of this package that it does not have, and what to do about it.

    Requirements that are for other systems, or for extras of the distribution, do not count. A
    pre-release of ours meets what it is late enough for.

    Args:
        distribution: A plugin's distribution.
        version: This package's version.

    Returns:
        Such as ``"needs tf-modelzoo>=9, this is 0.1.0: pip install -U tf-modelzoo"``; empty where
        nothing is missing.

    Raises:
        InvalidSpecError: A requirement is not written as the Python packaging standards say.
    """
    for text in distribution.requires or ():
        found = _WITH_VERSION.match(text)
        if found is None or normalise_distribution(found[1]) != BUILTIN_DISTRIBUTION:
            continue
        # Only here: most plugins need no certain version, and every listing would wait for it.
        from packaging.requirements import InvalidRequirement, Requirement

        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise InvalidSpecError(f"its requirement {text!r} can't be read") from error
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        unmet = [
            each for each in requirement.specifier if not each.contains(version, prereleases=True)
        ]
        if unmet:
            newer = any(_wants_newer(each, version) for each in unmet)
            updated = BUILTIN_DISTRIBUTION if newer else distribution.name
            return (
                f"needs {BUILTIN_DISTRIBUTION}{requirement.specifier}, this is {version}: "
                f"pip install -U {updated}"
            )
    return ""


def _wants_newer(specifier: Specifier, version: str) -> bool:
    from packaging.version import Version

    if specifier.operator not in _WANT_NEWER:
        return False
    return Version(specifier.version.removesuffix(".*")) >= Version(version)
