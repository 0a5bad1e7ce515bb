"""What the specs of all kinds have in common."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

from modelzoo.registry.names import Kind, check_name
from modelzoo.registry.specs.checks import (
    check_reference,
    check_strings,
    frozen_mapping,
    plain_data,
    refuse,
)

Shape: TypeAlias = tuple[int, int, int]


def mapping_field() -> Any:
    """A field that is an empty mapping by default."""
    # Left out of the hash: a mapping has none, and the other fields tell specs apart.
    return dataclasses.field(default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What the specs of all five kinds say.

    Attributes:
        name: Lower-case snake case, such as ``"mobilenet_v1_mini"``.
        summary: One line for listings.
        tags: Words to filter by.
        aliases: Other names for the same thing; they work and are not listed.
        deprecated: Why not to use it any more and what to use instead; such a name is hidden
            from listings and warns when it is used.
        paper: Where it was published, such as ``"arXiv:1704.04861"``.
        licence: SPDX identifier or a short text.
        options: Keyword arguments that the code is called with unless a user gives others.
        expected_failures: For the name of a conformance check that this cannot pass, the reason.
            The check is run all the same, and it is a failure if it passes.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str]

    name: str
    summary: str
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deprecated: str = ""
    paper: str = ""
    licence: str = ""
    options: Mapping[str, Any] = mapping_field()
    expected_failures: Mapping[str, str] = mapping_field()

    def __post_init__(self) -> None:
        check_name(self.name, open_ended=True)
        for field in ("summary", "deprecated", "paper", "licence"):
            if not isinstance(getattr(self, field), str):
                refuse(self, field, "a string")
        if not self.summary or "\n" in self.summary:
            refuse(self, "summary", "one line of text")
        for field in ("tags", "aliases"):
            check_strings(self, field)
        for alias in self.aliases:
            check_name(alias)
        if self.code:
            check_reference(self, self.code)
        for each in dataclasses.fields(self):
            if each.default_factory is dict:
                object.__setattr__(self, each.name, frozen_mapping(self, each.name))
        if not all(isinstance(each, str) and each for each in self.expected_failures.values()):
            refuse(self, "expected_failures", "a reason for each name of a check")

    @property
    def reference(self) -> str:
        """Where the code is, ``"package.module:attribute"``; empty for a recipe."""
        return getattr(self, self.code) if self.code else ""

    def to_dict(self) -> dict[str, Any]:
        """The spec as data that ``json.dumps`` takes, without the fields left at their default."""
        plain: dict[str, Any] = plain_data(self)
        return plain
