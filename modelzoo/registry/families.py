"""Families of names that nobody can list, such as those of a hub of datasets."""

from __future__ import annotations

import dataclasses
import re

from modelzoo.errors import InvalidSpecError
from modelzoo.registry.names import Kind, check_kind, check_open_name

_PLACEHOLDER = re.compile(r"([A-Z]+)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An open-ended family of names, for people who look for what there is.

    The plugin's hook ``modelzoo_resolve`` gives the spec for one of the names.

    Attributes:
        kind: ``"model"``, ``"dataset"``, ``"task"``, ``"recipe"`` or ``"exporter"``.
        pattern: How the names are made, such as ``"hf/OWNER/NAME"``: a lower-case first word, and
            words in capitals for what the user fills in, each a piece of a name without a slash.
        summary: One line for listings.
        examples: Whole names of the family that work, the one to try first in front.

    Raises:
        InvalidSpecError: A field is wrong, or an example is not made as the pattern says.

    Example:
        >>> family = Family(
        ...     kind="dataset",
        ...     pattern="tfds/NAME",
        ...     summary="Any image classification set of TensorFlow Datasets",
        ...     examples=("tfds/mnist",),
        ... )
        >>> family.first_word
        'tfds'
    """

    kind: Kind
    pattern: str
    summary: str
    examples: tuple[str, ...]

    def __post_init__(self) -> None:
        check_kind(self.kind)
        if not _is_pattern(self.pattern):
            self._refuse(
                "pattern",
                "a lower-case first word and then words in capitals, such as 'tfds/NAME'",
            )
        if not isinstance(self.summary, str) or not self.summary or "\n" in self.summary:
            self._refuse("summary", "one line of text")
        if not isinstance(self.examples, tuple) or not self.examples:
            self._refuse("examples", "a tuple with at least one whole name")
        for example in self.examples:
            check_open_name(example)
            if not self.matches(example):
                self._refuse("examples", f"names that are made like {self.pattern!r}")

    @property
    def first_word(self) -> str:
        """What all of the names begin with, up to the first slash."""
        return self.pattern.partition("/")[0]

    def matches(self, name: str) -> bool:
        """Whether a name is made as the pattern says.

        Example:
            >>> family = Family(
            ...     kind="model", pattern="acme/tower_N", summary="...", examples=("acme/tower_3",)
            ... )
            >>> family.matches("acme/tower_12"), family.matches("acme/bridge")
            (True, False)
        """
        pieces = [
            r"[\w.\-]+" if _PLACEHOLDER.fullmatch(piece) else re.escape(piece)
            for piece in _PLACEHOLDER.split(self.pattern)
        ]
        return re.fullmatch("".join(pieces), name, re.ASCII) is not None

    def _refuse(self, field: str, expected: str) -> None:
        raise InvalidSpecError(
            f"Family {self.pattern!r}: {field} is {getattr(self, field)!r}, expected {expected}."
        )


def _is_pattern(pattern: object) -> bool:
    if not isinstance(pattern, str) or not _PLACEHOLDER.search(pattern):
        return False
    if re.search(r"[A-Z][a-z]|[a-z][A-Z]", pattern):
        return False
    try:
        check_open_name(pattern)
    except InvalidSpecError:
        return False
    return True
