"""The registry: which spec a name stands for, and where it came from."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelzoo.errors import AmbiguousNameError, InvalidSpecError, UnknownNameError
from modelzoo.registry.entries import (
    Entry,
    FamilyEntry,
    Provenance,
    checked_entry,
    checked_family,
)
from modelzoo.registry.families import Family
from modelzoo.registry.names import (
    KINDS,
    Kind,
    check_kind,
    closest,
    natural_key,
    normalise_distribution,
    normalise_name,
    normalise_pattern,
)


class Registry:
    """Maps names to entries, kind by kind.

    Plugins are equals, except that a built-in keeps its names: a bare name that two other plugins
    claim is ambiguous, whatever the order in which they came.

    Example:
        >>> registry = Registry()
        >>> registry.names("model")
        []
    """

    def __init__(self) -> None:
        self._by_full_name: dict[Kind, dict[str, Entry[Any]]] = {kind: {} for kind in KINDS}
        # Bare names and aliases, with everybody who claims them.
        self._claims: dict[Kind, dict[str, list[Entry[Any]]]] = {kind: {} for kind in KINDS}
        self._families: list[FamilyEntry] = []

    def add(
        self,
        provenance: Provenance,
        specs: Mapping[Kind, Iterable[object]],
        families: Iterable[object] = (),
    ) -> dict[Kind, int]:
        """Register all of a plugin's specs and families, or none where one of them can't be.

        Args:
            provenance: Where they came from.
            specs: What the plugin's hooks returned, by kind.
            families: Open-ended families of names.

        Returns:
            How many specs of each kind were registered.

        Raises:
            InvalidSpecError: Something is not a spec of its kind or no family, or a name is there
                already in the same distribution.
        """
        accepted: dict[Kind, list[Entry[Any]]] = {}
        for kind, offered in specs.items():
            accepted[kind] = [
                checked_entry(kind, each, provenance, hook=f"modelzoo_{kind}s") for each in offered
            ]
            self._refuse_repeated_names(kind, accepted[kind])
        accepted_families = [checked_family(each, provenance) for each in families]
        self._refuse_repeated_families(accepted_families)
        self._families += accepted_families
        for kind, entries in accepted.items():
            for entry in entries:
                self._by_full_name[kind][entry.full_name] = entry
                for claim in (entry.spec.name, *entry.spec.aliases):
                    self._claims[kind].setdefault(claim, []).append(entry)
        return {kind: len(entries) for kind, entries in accepted.items() if entries}

    def _refuse_repeated_names(self, kind: Kind, entries: Sequence[Entry[Any]]) -> None:
        seen = {
            claim: entry
            for entry in self._by_full_name[kind].values()
            for claim in (entry.spec.name, *entry.spec.aliases)
            if entries and entry.provenance.distribution == entries[0].provenance.distribution
        }
        for entry in entries:
            for claim in (entry.spec.name, *entry.spec.aliases):
                if claim in seen:
                    raise InvalidSpecError(
                        f"{kind} {claim!r} is registered twice in distribution "
                        f"{entry.provenance.distribution!r}: by plugin "
                        f"{seen[claim].provenance.plugin!r} and by {entry.provenance.plugin!r}."
                    )
                seen[claim] = entry

    def _refuse_repeated_families(self, entries: Sequence[FamilyEntry]) -> None:
        seen = [
            (each.family.kind, each.family.pattern)
            for each in self._families
            if entries and each.provenance.distribution == entries[0].provenance.distribution
        ]
        for entry in entries:
            named = entry.family.kind, entry.family.pattern
            if named in seen:
                raise InvalidSpecError(
                    f"{named[0]} family {named[1]!r} is there twice in distribution "
                    f"{entry.provenance.distribution!r}."
                )
            seen.append(named)

    def find(self, kind: Kind, name: str) -> Entry[Any]:
        """The entry that ``name`` stands for.

        Args:
            kind: The kind of spec.
            name: A bare name, an alias, or ``distribution/name``; ``-`` is read as ``_``.

        Raises:
            InvalidSpecError: There is no such kind.
            UnknownNameError: There is none; the message has close matches.
            AmbiguousNameError: Two plugins claim it.
        """
        check_kind(kind)
        if not isinstance(name, str):
            raise UnknownNameError(f"{name!r} is not the name of a {kind}: a name is a string.")
        distribution, slash, bare = name.rpartition("/")
        claims = self._claims[kind].get(normalise_name(bare), [])
        if slash:
            wanted = normalise_distribution(distribution)
            for entry in claims:
                if entry.provenance.distribution == wanted:
                    return entry
        else:
            builtin = [entry for entry in claims if entry.provenance.builtin]
            if builtin or len(claims) == 1:
                return (builtin or claims)[0]
            if claims:
                full_names = " or ".join(sorted(repr(entry.full_name) for entry in claims))
                raise AmbiguousNameError(
                    f"{kind} {name!r} is offered by {len(claims)} plugins. Use {full_names}."
                )
        raise UnknownNameError(self._unknown(kind, name))

    def _unknown(self, kind: Kind, name: str) -> str:
        message = f"There is no {kind} named {name!r}."
        akin = self.families_like(name)
        if akin:
            shown = [each for each in akin if each.kind == kind] or akin
            return message + "".join(
                f" Names of the {each.kind} family {each.pattern!r} look like {each.examples[0]!r}."
                for each in shown
            )
        bare = normalise_name(name.rpartition("/")[2])
        others = [each for each in KINDS if each != kind and bare in self._claims[each]]
        if others:
            message += f" There is a {' and a '.join(others)} of that name."
        matches = self._family_names_like(kind, name)
        if not matches and "/" in name:
            matches = closest(name, self._by_full_name[kind])
        matches = matches or closest(bare, self._claims[kind])
        if matches:
            message += f" Did you mean {' or '.join(map(repr, matches))}?"
        else:
            message += f" `modelzoo list {kind}s` shows all that there are."
        return message

    def families_like(self, name: str) -> list[Family]:
        """The families whose names begin with the same word as ``name``."""
        word = normalise_name(name.partition("/")[0])
        return [each.family for each in self.families() if each.family.first_word == word]

    def _family_names_like(self, kind: Kind, name: str) -> list[str]:
        word, slash, rest = name.partition("/")
        first_words = {each.family.first_word for each in self.families(kind)} if slash else ()
        return [f"{each}/{rest}" for each in closest(word, sorted(first_words))]

    def families(
        self, kind: Kind | None = None, *, distribution: str | None = None
    ) -> list[FamilyEntry]:
        """The open-ended families of names, in order of kinds and patterns.

        Args:
            kind: Only those of this kind.
            distribution: Only those of this distribution.

        Raises:
            InvalidSpecError: There is no such kind.
        """
        if kind is not None:
            check_kind(kind)
        return sorted(
            (
                each
                for each in self._families
                if kind in (None, each.family.kind)
                and (
                    distribution is None
                    or each.provenance.distribution == normalise_distribution(distribution)
                )
            ),
            key=lambda each: (KINDS.index(each.family.kind), each.family.pattern),
        )

    def entries(
        self,
        kind: Kind,
        pattern: str = "*",
        *,
        tag: str | None = None,
        distribution: str | None = None,
        deprecated: bool = False,
    ) -> list[Entry[Any]]:
        """All entries of a kind that pass the filters, in natural order of their names.

        Args:
            kind: The kind of spec.
            pattern: Shell-style wildcards, matched with the bare name, or with the full name
                where there is a ``/`` in them; ``-`` is read as ``_``.
            tag: Only specs with this tag.
            distribution: Only specs of this distribution.
            deprecated: Also the deprecated ones.

        Raises:
            InvalidSpecError: There is no such kind.
        """
        check_kind(kind)
        wanted = normalise_pattern(pattern)
        entries = [
            entry
            for full_name, entry in self._by_full_name[kind].items()
            if fnmatch.fnmatchcase(
                normalise_name(full_name) if "/" in wanted else entry.spec.name, wanted
            )
            and (deprecated or not entry.spec.deprecated)
            and (tag is None or tag in entry.spec.tags)
            and (
                distribution is None
                or entry.provenance.distribution == normalise_distribution(distribution)
            )
        ]
        return sorted(entries, key=lambda entry: (natural_key(entry.spec.name), entry.full_name))

    def display_name(self, entry: Entry[Any]) -> str:
        """The shortest name that stands for this entry: bare where possible, else full."""
        name = entry.spec.name
        claims: Sequence[Entry[Any] | FamilyEntry] = self._claims[entry.kind].get(name, [])
        if "/" in name:
            claims = [each for each in self.families(entry.kind) if each.family.matches(name)]
        others = {each.provenance.distribution for each in claims} - {entry.provenance.distribution}
        bare_is_ours = not others or entry.provenance.builtin
        return name if bare_is_ours else entry.full_name

    def conflicts(self, provenance: Provenance) -> list[str]:
        """Which names of a plugin are those of others, too: a phrase for each.

        Args:
            provenance: That of the plugin.
        """
        from modelzoo.registry.conflicts import conflicts_of  # of plugins that are not built in

        return conflicts_of(provenance, self._claims, self._families)

    def names(self, kind: Kind, pattern: str = "*") -> list[str]:
        """The names of :meth:`entries`, each the shortest that is unambiguous."""
        return [self.display_name(entry) for entry in self.entries(kind, pattern)]
