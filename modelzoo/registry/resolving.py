"""Names that nobody registered, of families that plugins resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelzoo.errors import AmbiguousNameError, InvalidSpecError, UnknownNameError
from modelzoo.registry.entries import Entry, checked_entry
from modelzoo.registry.names import (
    Kind,
    normalise_distribution,
    normalise_name,
    normalise_open_name,
)
from modelzoo.registry.records import PluginRecord

HOOK = "modelzoo_resolve"

# Asks the plugins, of one distribution or of all, for a name; a refusal is an answer, too.
Ask = Callable[[str, str | None], Iterable[tuple[PluginRecord, Any]]]
Report = Callable[[PluginRecord, str, BaseException], None]


def resolve(kind: Kind, name: str, *, ask: Ask, report: Report) -> Entry[Any] | None:
    """The entry that a plugin gives for a name; None where no plugin knows it.

    Args:
        kind: The kind of spec.
        name: What the user wrote: a name, or ``distribution/name``.
        ask: Called with a name and a distribution (None: all); gives each plugin's record with
            its answer, an :class:`UnknownNameError` where it refuses the name.
        report: Told of an answer that is no spec of that name.

    Raises:
        UnknownNameError: A plugin says that there is none of that name in its family.
        AmbiguousNameError: Plugins of two distributions know it.
    """
    distribution, _, rest = name.partition("/")
    name, rest = normalise_open_name(name), normalise_open_name(rest)
    answers = list(_checked(kind, name, ask(name, None), report))
    if rest and not any(isinstance(each, Entry) for each in answers):
        own = ask(rest, normalise_distribution(distribution))
        answers += _checked(kind, rest, own, report)
    entries = [each for each in answers if isinstance(each, Entry)]
    origins = sorted({each.provenance.distribution for each in entries})
    if len(origins) > 1:
        full_names = " or ".join(repr(f"{each}/{name}") for each in origins)
        raise AmbiguousNameError(
            f"{kind} {name!r} is offered by {len(origins)} plugins. Use {full_names}, or leave "
            f"one out by MODELZOO_BLOCK_PLUGINS={origins[-1]}."
        )
    if entries:
        return entries[0]
    for each in answers:
        if isinstance(each, UnknownNameError):
            raise each
    return None


def _checked(
    kind: Kind, name: str, answers: Iterable[tuple[PluginRecord, Any]], report: Report
) -> Iterator[Entry[Any] | UnknownNameError]:
    for record, answer in answers:
        if isinstance(answer, UnknownNameError):
            yield answer
        elif answer is not None:
            try:
                yield _entry(kind, name, answer, record)
            except InvalidSpecError as error:
                report(record, str(error).rstrip("."), error)


def _entry(kind: Kind, name: str, spec: object, record: PluginRecord) -> Entry[Any]:
    entry = checked_entry(kind, spec, record.provenance, hook=HOOK, open_ended=True)
    if normalise_name(entry.spec.name) != normalise_name(name):
        raise InvalidSpecError(f"{HOOK} was asked for {name!r}, returned {entry.spec.name!r}")
    return entry
