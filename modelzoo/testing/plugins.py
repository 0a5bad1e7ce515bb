"""The checks of a distribution's plugins as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from modelzoo.errors import UnknownNameError
from modelzoo.registry import (
    KINDS,
    Entry,
    PluginRecord,
    default_host,
    list_entries,
    list_families,
)
from modelzoo.registry.names import closest, normalise_distribution
from modelzoo.registry.registry import BUILTIN_DISTRIBUTION
from modelzoo.testing.check import Check, skip

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
        return [
            each for each in default_host().records if each.distribution == self.distribution
        ]

    @property
    def entries(self) -> list[Entry[Any]]:
        """All that it registers, deprecated things included, and its families' examples."""
        registered = [
            entry
            for kind in KINDS
            for entry in list_entries(kind, distribution=self.distribution, deprecated=True)
        ]
        return [*registered, *(entry for _, entry in self.examples() if entry is not None)]

    def examples(self) -> Iterator[tuple[str, Entry[Any] | None]]:
        """The examples of its families, each with the entry that it resolves to, if it does."""
        for family in list_families():
            if family.provenance.distribution == self.distribution:
                for name in family.spec.examples:
                    try:
                        yield name, default_host().find(family.spec.kind, name)
                    except UnknownNameError:
                        yield name, None

    @property
    def metadata(self) -> Distribution:
        """The installed distribution; skips where there is none."""
        try:
            return distribution(self.distribution)
        except PackageNotFoundError:
            skip("it is not an installed distribution")
