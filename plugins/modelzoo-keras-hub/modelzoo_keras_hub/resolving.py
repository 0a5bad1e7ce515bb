"""Which model a name stands for."""

from __future__ import annotations

import re

from modelzoo import ModelSpec
from modelzoo.errors import UnknownNameError
from modelzoo.registry import closest
from modelzoo_keras_hub.addresses import handle_in_name
from modelzoo_keras_hub.architectures import ARCHITECTURES
from modelzoo_keras_hub.specs import architecture_spec, hub_spec, preset_spec
from modelzoo_keras_hub.table import library_is_newer, presets

__all__ = ["resolve"]

# A preset in a folder of the user's, whose path is an option.
LOCAL = "preset"


def resolve(rest: str) -> ModelSpec:
    """The model that ``keras_hub/REST`` stands for.

    Args:
        rest: A preset's name, an architecture's name, ``preset``, ``hf/OWNER/NAME`` or
            ``kaggle/OWNER/MODEL/keras/NAME[/VERSION]``.

    Raises:
        UnknownNameError: It is none of these; the message has close matches.

    Example:
        >>> resolve("resnet_18_imagenet").features
        512
    """
    handle = handle_in_name(rest)
    if handle:
        return hub_spec(f"keras_hub/{rest}", handle)
    bare = rest.lower().replace("-", "_")
    name = f"keras_hub/{bare}"
    if bare == LOCAL:
        return hub_spec(name, "")
    if bare in ARCHITECTURES:
        return architecture_spec(name, ARCHITECTURES[bare])
    if bare in presets():
        return preset_spec(name, presets()[bare])
    if library_is_newer() and re.fullmatch(r"[a-z][a-z0-9_]*", bare):
        # What the library does not know either is refused when it is built.
        return hub_spec(name, bare)
    raise UnknownNameError(_unknown(rest))


def _unknown(rest: str) -> str:
    matches = closest(rest, [*presets(), *ARCHITECTURES])
    message = f"KerasHub has no image model {rest!r} that is known here."
    if matches:
        return (
            f"{message} Did you mean {' or '.join(repr(f'keras_hub/{each}') for each in matches)}?"
        )
    return f"{message} The README of modelzoo-keras-hub has all presets and architectures."
