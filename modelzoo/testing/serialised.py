"""A spec from the JSON data that it was written as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from modelzoo.registry import Spec, WeightsSpec

__all__ = ["restored"]

_S = TypeVar("_S", bound=Spec)


def restored(kind: type[_S], data: Mapping[str, Any]) -> _S:
    """The spec that ``to_dict`` made ``data`` of.

    Args:
        kind: The spec's type, such as ``ModelSpec``.
        data: Its fields; lists, which JSON makes of tuples, are read as tuples.

    Raises:
        InvalidSpecError: A field is not what it should be.

    Example:
        >>> from modelzoo import TaskSpec
        >>> spec = TaskSpec(name="ordinal", summary="Ranks", task="acme:Ordinal", tags=("rank",))
        >>> restored(TaskSpec, spec.to_dict()) == spec
        True
    """
    fields = {name: _tuples(value) for name, value in data.items()}
    if "weights" in fields:
        fields["weights"] = tuple(WeightsSpec(**each) for each in fields["weights"])
    return kind(**fields)


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
