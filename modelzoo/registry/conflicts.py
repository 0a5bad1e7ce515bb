"""Which names of a plugin are those of others, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelzoo.registry.entries import BUILTIN_DISTRIBUTION, Entry, FamilyEntry, Provenance
from modelzoo.registry.names import Kind


def conflicts_of(
    provenance: Provenance,
    claims: Mapping[Kind, Mapping[str, Sequence[Entry[Any]]]],
    families: Sequence[FamilyEntry],
) -> list[str]:
    """What does not stand for what the plugin offers, and what does instead.

    Args:
        provenance: That of the plugin.
        claims: For each kind, bare names and aliases with everybody who claims them.
        families: All families.

    Returns:
        A phrase for each name or family, such as
        ``"model 'net' is built in, so this one is 'acme/net'"``.
    """
    if provenance.builtin:
        return []
    phrases = []
    for kind, by_name in claims.items():
        for name, entries in by_name.items():
            origins = [each.provenance for each in entries]
            if len(origins) > 1 and provenance in origins:
                full_name = f"{provenance.distribution}/{name}"
                phrases.append(
                    f"{kind} {name!r} {_whose(origins, provenance)}, so this one is {full_name!r}"
                )
    for entry in families:
        family = entry.family
        origins = [
            each.provenance
            for each in families
            if (each.family.kind, each.family.pattern) == (family.kind, family.pattern)
        ]
        if entry.provenance == provenance and len(origins) > 1:
            phrases.append(f"{family.kind} family {family.pattern!r} {_whose(origins, provenance)}")
    return phrases


def _whose(origins: Iterable[Provenance], provenance: Provenance) -> str:
    others = sorted({each.distribution for each in origins} - {provenance.distribution})
    if BUILTIN_DISTRIBUTION in others:
        return "is built in"
    return f"is in {' and '.join(others)}, too"
