"""What specs say, as words for people and as data for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from modelzoo.registry import Entry, FamilyEntry, ModelSpec, RecipeSpec, TaskSpec, default_host


def number(value: float | None) -> str:
    """A number with its thousands apart; nothing for None.

    >>> number(804572), number(None)
    ('804,572', '')
    """
    return "" if value is None else f"{value:,}"


def multiplied(shape: Sequence[int] | None) -> str:
    """A shape as people write it; nothing for None.

    >>> multiplied((64, 64, 3))
    '64x64x3'
    """
    return "" if shape is None else "x".join(map(str, shape))


def fraction(value: float) -> str:
    """A number as ``1/n`` where that is exactly the number, n having at most one decimal.

    >>> fraction(1 / 255), fraction(1 / 127.5), fraction(0.3), fraction(1.0)
    ('1/255', '1/127.5', '0.3', '1.0')
    """
    if 0 < value < 1:
        divisor = round(1 / value, 1)
        if 1 / divisor == value:
            return f"1/{divisor:g}"
    return str(value)


def pairs(values: Mapping[str, Any]) -> str:
    """Names and values in one line.

    >>> pairs({"alpha": 0.5, "shallow": True})
    'alpha=0.5, shallow=True'
    """
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def known_result(recipe: RecipeSpec) -> str:
    """The metrics that a recipe is known to reach."""
    return ", ".join(f"{name} {value:g}" for name, value in recipe.results.items())


def entry_data(entry: Entry[Any]) -> dict[str, Any]:
    """An entry as JSON data: its names, where it came from, and its spec."""
    return {
        "name": default_host().registry.display_name(entry),
        "kind": entry.kind,
        "full_name": entry.full_name,
        "provenance": dataclasses.asdict(entry.provenance),
        "spec": entry.spec.to_dict(),
    }


def family_data(entry: FamilyEntry) -> dict[str, Any]:
    """A family of names as JSON data: what it says of itself, and where it came from."""
    return dataclasses.asdict(entry.family) | {"provenance": dataclasses.asdict(entry.provenance)}


def sizes(model: ModelSpec, task: TaskSpec) -> dict[str, Any]:
    """What a model is by default when it does a task.

    The head that is counted is that of :class:`modelzoo.Task`: a dense layer from the features to
    the logits.

    Args:
        model: The model, with its defaults for all tasks.
        task: A task that it does.

    Returns:
        ``task``, ``input_shape``, ``num_classes``, ``options``; ``parameters`` and ``mult_adds`` of
        the backbone, and ``parameters_with_head`` and ``mult_adds_with_head``, each None where the
        spec does not say.
    """
    spec = model.for_task(task.name)
    num_classes = task.min_classes
    if task.min_classes != task.max_classes:
        num_classes = spec.num_classes or task.min_classes
    outputs = num_classes if task.num_outputs is None else task.num_outputs
    products = None if spec.features is None else spec.features * outputs
    return {
        "task": task.name,
        "input_shape": list(spec.input_shape),
        "num_classes": num_classes,
        "parameters": spec.parameters,
        "parameters_with_head": _sum(spec.parameters, products, outputs),
        "mult_adds": spec.mult_adds,
        "mult_adds_with_head": _sum(spec.mult_adds, products),
        "options": dict(spec.options),
    }


def _sum(*values: int | None) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
