"""Which checks there are for each kind of spec, and what they are called with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modelzoo.errors import InvalidSpecError
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


def checks_of(kind: Kind) -> list[Check]:
    """All checks of a kind: those of any spec, the kind's own, and those that plugins add.

    Args:
        kind: ``"model"``, ``"dataset"``, ``"task"``, ``"recipe"`` or ``"exporter"``.

    Raises:
        InvalidSpecError: There is no such kind; or a plugin's ``modelzoo_checks`` returned
            something else, or a name that is taken.

    Example:
        >>> [check.name for check in checks_of("recipe")][-2:]
        ['builds', 'results_sourced']
    """
    check_kind(kind)
    checks: list[Check] = [
        *load_reference(_OF_ANY_SPEC, needed_by=_NEEDED_BY),
        *load_reference(_CHECKS[kind], needed_by=_NEEDED_BY),
    ]
    for record, added in default_host().call("modelzoo_checks", kind=kind):
        whose = f"modelzoo_checks of plugin {record.name!r} of {record.distribution}"
        for check in added if isinstance(added, Iterable) else [added]:
            if not isinstance(check, Check):
                raise InvalidSpecError(
                    f"{whose} returned {check!r}, expected modelzoo.testing.Check objects."
                )
            if check.name in {each.name for each in checks}:
                raise InvalidSpecError(f"{whose} adds {check.name!r}, which there is already.")
            checks.append(check)
    return checks


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
