"""Which checks there are for each kind of spec, and what they are called with."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelzoo.registry import Entry, Kind, default_host, load_reference
from modelzoo.registry.names import check_kind
from modelzoo.testing.check import Check, Subject

__all__ = ["checks_of", "subject_of"]

# Imported when a kind is checked, because they import TensorFlow.
_SUBJECTS: Mapping[Kind, str] = {
    "model": "modelzoo.testing.models:ModelSubject",
    "dataset": "modelzoo.testing.datasets:DatasetSubject",
    "task": "modelzoo.testing.tasks:TaskSubject",
    "recipe": "modelzoo.testing.recipes:RecipeSubject",
    "exporter": "modelzoo.testing.exporters:ExporterSubject",
}
_CHECKS: Mapping[Kind, str] = {
    "model": "modelzoo.testing.models:MODEL_CHECKS",
    "dataset": "modelzoo.testing.datasets:DATASET_CHECKS",
    "task": "modelzoo.testing.tasks:TASK_CHECKS",
    "recipe": "modelzoo.testing.recipes:RECIPE_CHECKS",
    "exporter": "modelzoo.testing.exporters:EXPORTER_CHECKS",
}
_OF_ANY_SPEC = "modelzoo.testing.any_spec:SPEC_CHECKS"
# Their names, which are known without importing them.
SPEC_CHECK_NAMES = frozenset({"spec_as_json", "references_found", "cold_import"})
_NEEDED_BY = "the conformance kit"
_HOOK = "modelzoo_checks"


def checks_of(kind: Kind) -> list[Check]:
    """All checks of a kind: those of any spec, the kind's own, and those that plugins add.

    What a plugin answers that is no check, or has a name that is taken, is left out; it is warned
    of, and its record has the reason.

    Args:
        kind: ``"model"``, ``"dataset"``, ``"task"``, ``"recipe"`` or ``"exporter"``.

    Raises:
        InvalidSpecError: There is no such kind.

    Example:
        >>> [check.name for check in checks_of("recipe")][-2:]
        ['builds', 'results_sourced']
    """
    check_kind(kind)
    checks: list[Check] = [
        *load_reference(_OF_ANY_SPEC, needed_by=_NEEDED_BY),
        *load_reference(_CHECKS[kind], needed_by=_NEEDED_BY),
    ]
    return [*checks, *_added_checks(kind, {each.name for each in checks})]


def _added_checks(kind: Kind, taken: set[str]) -> Iterator[Check]:
    host = default_host()
    for record, answer in host.call(_HOOK, kind=kind):
        if answer is None:
            continue  # a hook that ends without a word has none for this kind
        if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
            returned = reprlib.repr(answer)
            expected = "an iterable of modelzoo.testing.Check objects"
            host.report(record, f"{_HOOK} returned {returned}, expected {expected}")
            continue
        for each in answer:
            if not isinstance(each, Check):
                returned = reprlib.repr(each)
                host.report(record, f"{_HOOK} has {returned}, expected a modelzoo.testing.Check")
            elif each.name in taken:
                host.report(record, f"{_HOOK} adds {each.name!r}, which there is already")
            else:
                taken.add(each.name)
                yield each


def subject_of(
    entry: Entry[Any],
    *,
    data_dir: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
    download: bool = False,
) -> Subject:
    """What the checks of an entry are called with.

    Args:
        entry: A model, dataset, task, recipe or exporter of the registry.
        data_dir: For a dataset, where its data are.
        options: For a dataset, options of its loader, such as those that make it small.
        download: For a dataset, whether it may download.

    Example:
        >>> from modelzoo import find
        >>> subject_of(find("dataset", "shapes")).title
        'dataset shapes'
    """
    make = load_reference(_SUBJECTS[entry.kind], needed_by=_NEEDED_BY)
    inputs = {}
    if entry.kind == "dataset":
        folder = None if data_dir is None else Path(data_dir).expanduser()
        inputs = {"data_dir": folder, "options": dict(options or {}), "download": download}
    subject: Subject = make(entry, **inputs)
    return subject
