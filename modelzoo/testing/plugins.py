"""The checks of a distribution's plugins as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from modelzoo.errors import ModelZooError, UnknownNameError
from modelzoo.registry import (
    KINDS,
    Entry,
    Family,
    Kind,
    PluginRecord,
    default_host,
    list_entries,
    list_families,
)
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.registry.names import closest, normalise_distribution
from modelzoo.testing.any_spec import check_cold
from modelzoo.testing.check import as_checks, skip
from modelzoo.testing.suites import checks_of

__all__ = ["PLUGIN_CHECKS", "PluginSubject"]

# Names that are nobody's, bare and of a family.
_STRANGERS = ("a_name_that_nobody_has", "a_family_that/nobody_has")


@dataclass
class PluginSubject:
    """The plugins of a distribution under test.

    Attributes:
        distribution: Its normalised name.

    Raises:
        UnknownNameError: No installed distribution of that name has a plugin.
    """

    distribution: str

    def __post_init__(self) -> None:
        if not isinstance(self.distribution, str):
            raise UnknownNameError(
                f"{self.distribution!r} is not the name of a distribution: a name is a string."
            )
        self.distribution = normalise_distribution(self.distribution)
        if not self.records:
            known = sorted({each.distribution for each in default_host().records})
            matches = closest(self.distribution, known)
            hint = f"Did you mean {matches[0]!r}?" if matches else f"There are: {', '.join(known)}."
            raise UnknownNameError(
                f"No installed distribution {self.distribution!r} has a plugin. {hint}"
            )

    @property
    def title(self) -> str:
        """``plugin DISTRIBUTION``."""
        return f"plugin {self.distribution}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """None: what a plugin as a whole has to do, every plugin can."""
        return {}

    @property
    def records(self) -> list[PluginRecord]:
        """What became of its plugins."""
        return [each for each in default_host().records if each.distribution == self.distribution]

    @property
    def entries(self) -> list[Entry[Any]]:
        """All that it registers, deprecated things included, and its families' examples."""
        return [*(each for kind in KINDS for each in self.registered(kind)), *self.examples()]

    def registered(self, kind: Kind) -> list[Entry[Any]]:
        """What it registers of a kind, deprecated things included."""
        return list_entries(kind, distribution=self.distribution, deprecated=True)

    @property
    def families(self) -> list[Family]:
        """Its families of open-ended names."""
        return list_families(distribution=self.distribution)

    @property
    def is_empty(self) -> bool:
        """Whether it registers nothing and has no families, but other hooks only."""
        return not self.families and not any(self.registered(kind) for kind in KINDS)

    def examples(self) -> list[Entry[Any]]:
        """What the examples of its families resolve to, as far as they do."""
        found: dict[tuple[Kind, str], Entry[Any]] = {}
        for family in self.families:
            for name in family.examples:
                with suppress(ModelZooError):
                    entry = self.resolve(family.kind, name)
                    found[family.kind, entry.spec.name] = entry
        return list(found.values())

    def resolve(self, kind: Kind, name: str) -> Entry[Any]:
        """What a name of one of its families stands for, as far as this distribution goes.

        Raises:
            UnknownNameError: It does not resolve the name.
            AmbiguousNameError: Others resolve it under the name of this distribution.
        """
        entry = default_host().find(kind, f"{self.distribution}/{name}")
        whose = entry.provenance.distribution
        if whose != self.distribution:
            raise UnknownNameError(f"{whose} resolves it even as {self.distribution}/{name}.")
        return entry

    @property
    def metadata(self) -> Distribution:
        """The installed distribution; skips where there is none."""
        try:
            return distribution(self.distribution)
        except PackageNotFoundError:
            skip("it is not an installed distribution")


def loaded(subject: PluginSubject) -> None:
    """Each of its plugins is loaded, and no hook has failed."""
    wrong = [each for each in subject.records if each.status != "loaded" or each.reason]
    assert not wrong, f"plugin {wrong[0].name!r} ({wrong[0].status}): {wrong[0].reason}"


def metadata(subject: PluginSubject) -> None:
    """Its package depends on tf-modelzoo, and says what it is and under which licence."""
    about = subject.metadata.metadata
    assert about["Summary"], "the package has no description in pyproject.toml"
    assert about["License-Expression"] or about["License"], (
        "the package has no licence in pyproject.toml: license = 'MIT', or another SPDX identifier"
    )
    if subject.distribution == BUILTIN_DISTRIBUTION:
        return
    needed = {
        normalise_distribution(found[0])
        for each in subject.metadata.requires or []
        if (found := re.match(r"[\w.\-]+", each))
    }
    assert BUILTIN_DISTRIBUTION in needed, (
        f"the package does not depend on {BUILTIN_DISTRIBUTION}: add it to dependencies"
    )
    assert "modelzoo" not in needed, (
        "the package depends on the distribution 'modelzoo', which is an unrelated project: "
        f"this one is {BUILTIN_DISTRIBUTION!r}"
    )


def names_free(subject: PluginSubject) -> None:
    """None of its names, aliases and families is a built-in's or another plugin's."""
    if subject.distribution == BUILTIN_DISTRIBUTION:
        skip("these are the built-in names")
    taken = [phrase for record in subject.records for phrase in record.conflicts]
    assert not taken, f"{taken[0]}: choose another name"


def same_specs_again(subject: PluginSubject) -> None:
    """Asked again, its hooks return the same specs and families, and resolve examples alike."""
    if subject.is_empty:
        skip("it registers nothing")
    for kind in KINDS:
        _assert_same(
            f"modelzoo_{kind}s",
            [entry.spec for entry in subject.registered(kind)],
            _asked_again(subject, f"modelzoo_{kind}s"),
        )
    _assert_same("modelzoo_families", subject.families, _asked_again(subject, "modelzoo_families"))
    first, again = ([entry.spec for entry in subject.examples()] for _ in range(2))
    _assert_same("modelzoo_resolve", first, again)


def resolves_its_own(subject: PluginSubject) -> None:
    """It resolves the examples of its families, and leaves other names alone."""
    for kind in KINDS:
        for name in _STRANGERS:
            answers = default_host().call(
                "modelzoo_resolve",
                cold=True,
                distribution=subject.distribution,
                kind=kind,
                name=name,
            )
            for _, spec in answers:
                assert spec is None, f"it resolves {kind} {name!r}, which is none of its names"
    for family in subject.families:
        for name in family.examples:
            try:
                subject.resolve(family.kind, name)
            except ModelZooError as error:
                raise AssertionError(
                    f"{name!r}, an example of {family.pattern}, is not resolved: {error}"
                ) from error


def cold(subject: PluginSubject) -> None:
    """Asked for its specs and commands in a new process, it imports nothing heavy."""
    for record in subject.records:
        check_cold(record.name, record.module)


def checks_offered(subject: PluginSubject) -> None:
    """The checks that it adds are modelzoo.testing.Check objects with names of their own."""
    for kind in KINDS:
        checks_of(kind)
    # What is wrong with one, its record has.
    loaded(subject)


def _asked_again(subject: PluginSubject, hook: str) -> list[object]:
    answers = default_host().call(hook, cold=True, distribution=subject.distribution)
    return [each for _, offered in answers for each in offered]


def _assert_same(hook: str, first: Sequence[object], again: Sequence[object]) -> None:
    assert sorted(map(repr, first)) == sorted(map(repr, again)), (
        f"{hook} returns something else when it is asked again: a plugin's answer is the same "
        "every time, without network, files, clock or chance"
    )


PLUGIN_CHECKS = as_checks(
    loaded,
    metadata,
    names_free,
    same_specs_again,
    resolves_its_own,
    cold,
    checks_offered,
)
