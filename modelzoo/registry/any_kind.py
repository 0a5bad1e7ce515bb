"""What a name stands for where nobody says of which kind it is."""

from __future__ import annotations

from typing import Any, cast

from modelzoo.errors import AmbiguousNameError, UnknownNameError
from modelzoo.registry.entries import Entry
from modelzoo.registry.names import KINDS, Kind, check_kind, closest
from modelzoo.registry.queries import default_host, find, list_entries


def find_any(name: str, kind: str | None = None) -> Entry[Any]:
    """The entry that a name stands for, whatever kind it is of.

    Args:
        name: As for :func:`modelzoo.find`.
        kind: Its kind, where several have a thing of this name.

    Raises:
        InvalidSpecError: There is no such kind.
        UnknownNameError: Nobody knows the name.
        AmbiguousNameError: Several kinds have it, or two plugins claim it.

    Example:
        >>> find_any("fashion_mnist").kind
        'dataset'
    """
    if kind is not None:
        check_kind(kind)
        return find(cast(Any, kind), name)
    found: list[Entry[Any]] = []
    unknown: dict[Kind, UnknownNameError] = {}
    for each in KINDS:
        try:
            found.append(find(each, name))
        except UnknownNameError as error:
            unknown[each] = error
    if not found:
        for family in default_host().registry.families_like(name):
            raise unknown[family.kind]
        raise UnknownNameError(_unknown(name))
    if len(found) > 1:
        kinds = " and a ".join(entry.kind for entry in found)
        raise AmbiguousNameError(
            f"{name!r} is the name of a {kinds}. Say which, for example: --kind {found[0].kind}"
        )
    return found[0]


def _unknown(name: str) -> str:
    names = {
        each: entry.kind
        for kind in KINDS
        for entry in list_entries(kind, deprecated=True)
        for each in (entry.spec.name, *entry.spec.aliases)
    }
    message = f"Nothing is named {name!r}."
    matches = [f"{names[each]} {each!r}" for each in closest(name.rpartition("/")[2], names)]
    if matches:
        message += f" Did you mean {' or '.join(matches)}?"
    else:
        message += " `modelzoo list` shows the models, `modelzoo list datasets` the datasets."
    absent = [f"{each.name} ({each.status})" for each in default_host().records if each.reason]
    if absent:
        message += f" Plugins that failed or are blocked: {', '.join(absent)}."
    return message
