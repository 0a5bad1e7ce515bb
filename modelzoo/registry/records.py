"""What became of a plugin, and whether the user wants it at all."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from modelzoo.registry.entries import Provenance
from modelzoo.registry.names import Kind, normalise_distribution


@dataclass(slots=True, kw_only=True)
class PluginRecord:
    """What became of one plugin.

    Attributes:
        name: The entry point's name.
        distribution: The distribution that brought it.
        version: That distribution's version.
        module: What the entry point names.
        status: ``"loaded"``, ``"failed"`` or ``"blocked"``.
        reason: One line: why it failed, what blocks it, or which hook of a loaded one failed
            last; empty where all is well.
        milliseconds: How long it took to load and ask.
        counts: How many specs of each kind it registered.
        families: How many open-ended families of names it has.
        conflicts: A phrase for each of its bare names that is that of another plugin, too, and
            does not stand for what this one offers.
    """

    name: str
    distribution: str
    version: str
    module: str
    status: Literal["loaded", "failed", "blocked"] = "loaded"
    reason: str = ""
    milliseconds: float = 0.0
    counts: dict[Kind, int] = field(default_factory=dict)
    families: int = 0
    conflicts: list[str] = field(default_factory=list)

    @property
    def provenance(self) -> Provenance:
        """The provenance of its specs."""
        return Provenance(
            distribution=self.distribution,
            version=self.version,
            plugin=self.name,
            module=self.module,
        )


def block_reason(record: PluginRecord, environ: Mapping[str, str]) -> str:
    """What keeps a plugin out; empty where nothing does.

    Args:
        record: The plugin.
        environ: Where ``MODELZOO_PLUGINS`` and ``MODELZOO_BLOCK_PLUGINS`` are read: names of
            plugins or distributions, comma-separated, wildcards welcome.
    """
    allowed = _patterns(environ, "MODELZOO_PLUGINS")
    if allowed and not _matches(record, allowed):
        return "not named in MODELZOO_PLUGINS"
    if _matches(record, _patterns(environ, "MODELZOO_BLOCK_PLUGINS")):
        return "named in MODELZOO_BLOCK_PLUGINS"
    return ""


def _patterns(environ: Mapping[str, str], variable: str) -> list[str]:
    return [each.strip() for each in environ.get(variable, "").split(",") if each.strip()]


def _matches(record: PluginRecord, patterns: Iterable[str]) -> bool:
    return any(
        fnmatch.fnmatchcase(record.name, pattern)
        or fnmatch.fnmatchcase(record.distribution, normalise_distribution(pattern))
        for pattern in patterns
    )
