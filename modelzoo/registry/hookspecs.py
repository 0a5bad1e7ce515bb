"""The whole extension surface: what a plugin may implement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import typer

    from modelzoo.registry.families import Family
    from modelzoo.registry.names import Kind
    from modelzoo.registry.specs import (
        DatasetSpec,
        ExporterSpec,
        ModelSpec,
        RecipeSpec,
        Spec,
        TaskSpec,
    )

PROJECT = "modelzoo"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def modelzoo_models() -> Iterable[ModelSpec]:
    """The models that the plugin offers; asked once, at the first query."""


@hookspec
def modelzoo_datasets() -> Iterable[DatasetSpec]:
    """The datasets that the plugin offers; asked once, at the first query."""


@hookspec
def modelzoo_tasks() -> Iterable[TaskSpec]:
    """The tasks that the plugin offers; asked once, at the first query."""


@hookspec
def modelzoo_recipes() -> Iterable[RecipeSpec]:
    """The recipes that the plugin offers; asked once, at the first query."""


@hookspec
def modelzoo_exporters() -> Iterable[ExporterSpec]:
    """The exporters that the plugin offers; asked once, at the first query."""


@hookspec
def modelzoo_families() -> Iterable[Family]:
    """The open-ended families of names that the plugin resolves; asked once, with the specs."""


@hookspec(firstresult=True)
def modelzoo_resolve(kind: Kind, name: str) -> Spec | None:
    """A spec for a name that nobody registered, or None; asked only on a miss."""


@hookspec
def modelzoo_callbacks(run: Any) -> Iterable[Any]:
    """Keras callbacks to add to a training; asked when it starts or resumes."""


@hookspec
def modelzoo_run_finished(run: Any) -> None:
    """Told once when a training has ended well and its run folder is complete."""


@hookspec
def modelzoo_checks(kind: Kind) -> Iterable[Any]:
    """More conformance checks for specs of a kind; asked by the conformance kit."""


@hookspec
def modelzoo_commands(app: typer.Typer) -> None:
    """Adds sub-commands; asked for the help page and for a command that is not built in."""
