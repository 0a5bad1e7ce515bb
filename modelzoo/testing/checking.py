"""The conformance kit's front door: check a model, a dataset, ... or a whole plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelzoo.registry import Entry, Kind, find
from modelzoo.testing.anything_checked import ANYTHING_CHECKED, reason_for_nothing
from modelzoo.testing.check import run_checks
from modelzoo.testing.report import Outcome, Report
from modelzoo.testing.suites import checks_of, subject_of

__all__ = [
    "check_dataset",
    "check_entry",
    "check_exporter",
    "check_model",
    "check_plugin",
    "check_recipe",
    "check_task",
]

Listener = Callable[[Outcome], None]


def check_model(name: str, *, listener: Listener | None = None) -> Report:
    """Run every check that a model's spec calls for.

    Args:
        name: The model's name.
        listener: Is told of each outcome as soon as it is known.

    Returns:
        The report; :meth:`Report.raise_for_failures` makes an error of it.

    Raises:
        UnknownNameError: There is no such model.

    Example:
        >>> check_model("mobilenet_v1_mini").ok
        True
    """
    return check_entry(find("model", name), listener=listener)


def check_dataset(
    name: str,
    *,
    data_dir: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
    download: bool = False,
    listener: Listener | None = None,
) -> Report:
    """Run every check that a dataset's spec calls for.

    Args:
        name: The dataset's name.
        data_dir: Where its data are, for one that can't know.
        options: Options of its loader, such as those that make it small.
        download: Let it download what it needs; else what needs the data is skipped.
        listener: As for :func:`check_model`.

    Returns:
        The report.

    Raises:
        UnknownNameError: There is no such dataset.

    Example:
        >>> check_dataset("shapes", options={"train": 40, "test": 20}).counts["failed"]
        0
    """
    entry = find("dataset", name)
    return check_entry(
        entry, data_dir=data_dir, options=options, download=download, listener=listener
    )


def check_task(name: str, *, listener: Listener | None = None) -> Report:
    """Run every check that a task's spec calls for; as :func:`check_model`.

    Example:
        >>> check_task("binary").ok
        True
    """
    return check_entry(find("task", name), listener=listener)


def check_recipe(name: str, *, listener: Listener | None = None) -> Report:
    """Run every check that a recipe's spec calls for; as :func:`check_model`.

    Nothing is trained: whether a recipe reaches its results is told by training it.

    Example:
        >>> check_recipe("fashion_mnist_seed").ok
        True
    """
    return check_entry(find("recipe", name), listener=listener)


def check_exporter(name: str, *, listener: Listener | None = None) -> Report:
    """Run every check that an exporter's spec calls for; as :func:`check_model`.

    Example:
        >>> check_exporter("savedmodel").ok
        True
    """
    return check_entry(find("exporter", name), listener=listener)


def check_plugin(
    distribution: str,
    *,
    data_dir: str | Path | None = None,
    download: bool = False,
    listener: Listener | None = None,
) -> Report:
    """Check an installed distribution's plugins, and everything that they register.

    The examples of open-ended families are checked like what is registered.

    Args:
        distribution: The distribution's name, such as ``"modelzoo-acme"``.
        data_dir: As for :func:`check_dataset`, for all of its datasets.
        download: As for :func:`check_dataset`.
        listener: As for :func:`check_model`.

    Returns:
        One report with the outcomes of all. Where it registers something or has families, and
        nothing but specs could be checked, that is a failure.

    Raises:
        UnknownNameError: No installed distribution of that name has a plugin.
    """
    from modelzoo.testing.plugins import PLUGIN_CHECKS, PluginSubject

    plugin = PluginSubject(distribution)
    of_plugin = run_checks(PLUGIN_CHECKS, plugin, listener=listener).outcomes
    of_entries = [
        outcome
        for entry in plugin.entries
        for outcome in _of_entry(
            entry, data_dir=data_dir, download=download, listener=listener
        ).outcomes
    ]
    nothing = [] if plugin.is_empty else _nothing_checked(plugin.title, of_entries, listener)
    return Report(plugin.title, [*of_plugin, *of_entries, *nothing])


def check_entry(entry: Entry[Any], *, listener: Listener | None = None, **inputs: Any) -> Report:
    """Run every check of an entry's kind.

    Args:
        entry: An entry of the registry.
        listener: As for :func:`check_model`.
        **inputs: What :func:`modelzoo.testing.subject_of` takes.

    Returns:
        The report. Where nothing but the spec could be checked, that is a failure.
    """
    report = _of_entry(entry, listener=listener, **inputs)
    nothing = _nothing_checked(report.subject, report.outcomes, listener)
    return Report(report.subject, [*report.outcomes, *nothing])


def _of_entry(entry: Entry[Any], *, listener: Listener | None, **inputs: Any) -> Report:
    kind: Kind = entry.kind
    return run_checks(checks_of(kind), subject_of(entry, **inputs), listener=listener)


def _nothing_checked(
    subject: str, outcomes: Sequence[Outcome], listener: Listener | None
) -> list[Outcome]:
    """A failure where nothing but specs was checked, else nothing."""
    reason = reason_for_nothing(subject, outcomes)
    if not reason:
        return []
    nothing = Outcome(subject=subject, check=ANYTHING_CHECKED, status="failed", reason=reason)
    if listener is not None:
        listener(nothing)
    return [nothing]
