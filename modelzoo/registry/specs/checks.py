"""What a field of a spec may be, said so that a plugin's author knows what to change.

Each ``check_...`` takes a spec and the name of one of its fields, and raises
:class:`modelzoo.errors.InvalidSpecError` where the value is not such a thing.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from modelzoo.errors import InvalidSpecError

_REFERENCE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def refuse(spec: Any, field: str, expected: str) -> NoReturn:
    """Raise the error that says what the field is and what was expected."""
    raise InvalidSpecError(
        f"{type(spec).__name__} {spec.name!r}: {field} is {getattr(spec, field)!r}, "
        f"expected {expected}."
    )


def check_reference(spec: Any, field: str) -> None:
    """Code named by a string, such as ``"acme_zoo.nets:build"``."""
    value = getattr(spec, field)
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        refuse(spec, field, "a string 'package.module:attribute'")


def check_strings(spec: Any, field: str) -> None:
    """A tuple of strings; a lone string is none."""
    value = getattr(spec, field)
    if not isinstance(value, tuple) or not all(isinstance(each, str) for each in value):
        refuse(spec, field, "a tuple of strings")


def check_named(spec: Any, field: str) -> None:
    """The name of another spec, which is looked up when it is needed."""
    value = getattr(spec, field)
    if not isinstance(value, str) or not value:
        refuse(spec, field, "a name")


def is_count(value: object, least: int = 1) -> bool:
    """Whether ``value`` is an integer of at least ``least``."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def check_count(spec: Any, field: str, *, least: int = 1, optional: bool = False) -> None:
    """An integer of at least ``least``, or ``None`` where it is ``optional``."""
    value = getattr(spec, field)
    if not is_count(value, least) and not (optional and value is None):
        refuse(spec, field, f"an integer of at least {least}" + (" or None" if optional else ""))


def check_counts(spec: Any, field: str) -> None:
    """A tuple of at least one positive integer."""
    value = getattr(spec, field)
    if not isinstance(value, tuple) or not value or not all(map(is_count, value)):
        refuse(spec, field, "a tuple of positive integers, such as (3,)")


def check_shape(spec: Any, field: str) -> None:
    """``(height, width, channels)``."""
    value = getattr(spec, field)
    if not isinstance(value, tuple) or len(value) != 3 or not all(map(is_count, value)):
        refuse(spec, field, "three positive integers (height, width, channels)")


def frozen_mapping(spec: Any, field: str) -> Mapping[str, Any]:
    """The field's value as a mapping that nobody can change, where it is JSON data."""
    value = getattr(spec, field)
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        refuse(spec, field, "a mapping with strings as keys")
    try:
        plain_data(value)
    except TypeError:
        refuse(spec, field, "strings, numbers, true, false, none, and lists and mappings of them")
    return MappingProxyType(dict(value))


def plain_data(value: Any) -> Any:
    """``value`` as JSON data; a dataclass without the fields that are at their default.

    Raises:
        TypeError: It can't be said in JSON.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain_data(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) not in (field.default, {})
        }
    if isinstance(value, Mapping):
        return {key: plain_data(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain_data(each) for each in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise TypeError(f"{value!r} is not JSON data")
