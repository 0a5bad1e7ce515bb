"""What a plugin offers, accepted: a spec or a family with where it came from."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from modelzoo.errors import InvalidSpecError
from modelzoo.registry.families import Family
from modelzoo.registry.names import Kind, check_name
from modelzoo.registry.specs import SPEC_TYPES, Spec

BUILTIN_DISTRIBUTION = "tf-modelzoo"

S_co = TypeVar("S_co", bound=Spec, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a spec came from: distribution, its version, the plugin in it and its module."""

    distribution: str
    version: str
    plugin: str
    module: str

    @property
    def builtin(self) -> bool:
        """Whether the plugin is part of this package."""
        return self.distribution == BUILTIN_DISTRIBUTION


@dataclass(frozen=True, slots=True)
class Entry(Generic[S_co]):
    """A spec in the registry, with where it came from."""

    spec: S_co
    provenance: Provenance

    @property
    def kind(self) -> Kind:
        """Which of the five kinds it is."""
        return self.spec.kind

    @property
    def full_name(self) -> str:
        """``distribution/name``, which is unambiguous."""
        return f"{self.provenance.distribution}/{self.spec.name}"


@dataclass(frozen=True, slots=True)
class FamilyEntry:
    """An open-ended family of names in the registry, with where it came from."""

    family: Family
    provenance: Provenance


def checked_entry(
    kind: Kind, spec: object, provenance: Provenance, *, hook: str, open_ended: bool = False
) -> Entry[Any]:
    """An entry for what a plugin returned, where that is a spec of the kind.

    Args:
        kind: The kind that was asked for.
        spec: What the plugin returned.
        provenance: Where it came from.
        hook: The name of the hook that returned it.
        open_ended: Allow a name with slashes.

    Raises:
        InvalidSpecError: It is not such a spec.
    """
    if not isinstance(spec, SPEC_TYPES[kind]):
        raise InvalidSpecError(
            f"{hook} returned {reprlib.repr(spec)}, expected a {SPEC_TYPES[kind].__name__}."
        )
    check_name(spec.name, open_ended=open_ended)
    return Entry(spec, provenance)


def checked_family(family: object, provenance: Provenance) -> FamilyEntry:
    """An entry for what a plugin returned, where that is a family.

    Raises:
        InvalidSpecError: It is something else.
    """
    if not isinstance(family, Family):
        raise InvalidSpecError(
            f"modelzoo_families returned {reprlib.repr(family)}, expected a Family."
        )
    return FamilyEntry(family, provenance)
