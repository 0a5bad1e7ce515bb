"""Questions to the registry of this process; none of them imports TensorFlow."""

from __future__ import annotations

import warnings
from typing import Any, Literal, overload

from modelzoo.errors import IncompatibleError
from modelzoo.registry.compatibility import check_dataset_task, check_model_task
from modelzoo.registry.entries import Entry
from modelzoo.registry.families import Family
from modelzoo.registry.names import Kind
from modelzoo.registry.plugins import PluginHost
from modelzoo.registry.records import PluginRecord
from modelzoo.registry.specs import DatasetSpec, ExporterSpec, ModelSpec, RecipeSpec, TaskSpec

# Made at once, because two threads could make two on first use; it discovers nothing by itself.
_host = PluginHost()


def default_host() -> PluginHost:
    """The plugin host of this process."""
    return _host


def list_entries(
    kind: Kind,
    pattern: str = "*",
    *,
    task: str | None = None,
    tag: str | None = None,
    distribution: str | None = None,
    deprecated: bool = False,
) -> list[Entry[Any]]:
    """The registered entries of a kind that pass the filters, in natural order of their names.

    Args:
        kind: ``"model"``, ``"dataset"``, ``"task"``, ``"recipe"`` or ``"exporter"``.
        pattern: Shell-style wildcards, matched with bare names, or with full ones where there is a
            ``/`` in them.
        task: Only models and datasets that fit this task.
        tag: Only specs with this tag.
        distribution: Only specs of this distribution.
        deprecated: Also the deprecated ones.

    Raises:
        UnknownNameError: There is no task of that name.

    Example:
        >>> [entry.full_name for entry in list_entries("dataset", "fashion*mnist")]
        ['tf-modelzoo/fashion_mnist']
    """
    entries = default_host().registry.entries(
        kind, pattern, tag=tag, distribution=distribution, deprecated=deprecated
    )
    if task is None:
        return entries
    wanted = find("task", task).spec
    return [entry for entry in entries if _fits(entry, wanted)]


def _fits(entry: Entry[Any], task: TaskSpec) -> bool:
    try:
        if isinstance(entry.spec, ModelSpec):
            check_model_task(entry.spec, task)
        elif isinstance(entry.spec, DatasetSpec):
            check_dataset_task(entry.spec, task)
    except IncompatibleError:
        return False
    return True


def _names(entries: list[Entry[Any]]) -> list[str]:
    registry = default_host().registry
    return [registry.display_name(entry) for entry in entries]


def list_models(
    pattern: str = "*",
    *,
    task: str | None = None,
    tag: str | None = None,
    distribution: str | None = None,
    deprecated: bool = False,
) -> list[str]:
    """Names of the registered models, in natural order.

    Args:
        pattern: Shell-style wildcards, matched with bare names, or with full ones where there is a
            ``/`` in them.
        task: Only models that do this task.
        tag: Only models with this tag.
        distribution: Only models of this distribution.
        deprecated: Also the deprecated ones.

    Returns:
        Bare names where they are unambiguous, else ``distribution/name``.

    Raises:
        UnknownNameError: There is no task of that name.

    Example:
        >>> list_models("*mini", task="binary")
        ['mobilenet_v1_mini']
    """
    return _names(
        list_entries(
            "model",
            pattern,
            task=task,
            tag=tag,
            distribution=distribution,
            deprecated=deprecated,
        )
    )


def list_datasets(
    pattern: str = "*",
    *,
    task: str | None = None,
    tag: str | None = None,
    distribution: str | None = None,
    deprecated: bool = False,
) -> list[str]:
    """Names of the registered datasets, in natural order; filters as in :func:`list_models`.

    Example:
        >>> list_datasets("fashion*", task="multiclass")
        ['fashion_mnist', 'fashion_mnist_sample']
    """
    return _names(
        list_entries(
            "dataset",
            pattern,
            task=task,
            tag=tag,
            distribution=distribution,
            deprecated=deprecated,
        )
    )


def list_tasks(pattern: str = "*", *, distribution: str | None = None) -> list[str]:
    """Names of the registered tasks.

    Example:
        >>> list_tasks(distribution="tf-modelzoo")
        ['binary', 'multiclass', 'multilabel', 'regression']
    """
    return _names(list_entries("task", pattern, distribution=distribution))


def list_recipes(pattern: str = "*", *, distribution: str | None = None) -> list[str]:
    """Names of the registered recipes.

    Example:
        >>> list_recipes("*_seed")
        ['cats_vs_dogs_seed', 'fashion_mnist_seed']
    """
    return _names(list_entries("recipe", pattern, distribution=distribution))


def list_exporters(pattern: str = "*", *, distribution: str | None = None) -> list[str]:
    """Names of the registered exporters.

    Example:
        >>> list_exporters("saved*")
        ['savedmodel']
    """
    return _names(list_entries("exporter", pattern, distribution=distribution))


def list_families(kind: Kind | None = None, *, distribution: str | None = None) -> list[Family]:
    """The open-ended families of names: those that can't be listed, but can be used.

    Args:
        kind: Only those of this kind.
        distribution: Only those of this distribution.

    Raises:
        InvalidSpecError: There is no such kind.

    Example:
        >>> list_families("dataset", distribution="tf-modelzoo")
        []
    """
    entries = default_host().registry.families(kind, distribution=distribution)
    return [entry.family for entry in entries]


def list_plugins() -> list[PluginRecord]:
    """What became of each plugin: loaded, failed and why, or blocked and by what.

    Example:
        >>> list_plugins()[0].distribution
        'tf-modelzoo'
    """
    return default_host().records


@overload
def find(kind: Literal["model"], name: str) -> Entry[ModelSpec]: ...
@overload
def find(kind: Literal["dataset"], name: str) -> Entry[DatasetSpec]: ...
@overload
def find(kind: Literal["task"], name: str) -> Entry[TaskSpec]: ...
@overload
def find(kind: Literal["recipe"], name: str) -> Entry[RecipeSpec]: ...
@overload
def find(kind: Literal["exporter"], name: str) -> Entry[ExporterSpec]: ...
def find(kind: Kind, name: str) -> Entry[Any]:
    """The entry that a name stands for: its spec and its provenance.

    Args:
        kind: ``"model"``, ``"dataset"``, ``"task"``, ``"recipe"`` or ``"exporter"``.
        name: A bare name, an alias, ``distribution/name``, or one of an open-ended family.

    Raises:
        UnknownNameError: Nobody knows it.
        AmbiguousNameError: Two plugins claim it.

    Example:
        >>> find("model", "MobileNet-v1-mini").full_name
        'tf-modelzoo/mobilenet_v1_mini'
    """
    entry = default_host().find(kind, name)
    if entry.spec.deprecated:
        warnings.warn(
            f"{kind.capitalize()} {name!r} is deprecated: {entry.spec.deprecated}",
            FutureWarning,
            stacklevel=2,
        )
    return entry
