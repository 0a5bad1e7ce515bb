"""The Keras callbacks that plugins add to a training."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

import keras

from modelzoo.errors import PluginWarning
from modelzoo.registry import default_host

if TYPE_CHECKING:
    from modelzoo.training.run import Run

__all__ = ["callbacks_of_plugins"]


def callbacks_of_plugins(run: Run) -> list[keras.callbacks.Callback]:
    """What the hook ``modelzoo_callbacks`` of each plugin offers for a run.

    What is no callback is warned about and left out: one plugin can't end every training.

    Args:
        run: The run that begins or goes on.
    """
    callbacks: list[keras.callbacks.Callback] = []
    for record, offered in default_host().call("modelzoo_callbacks", run=run):
        listed = list(offered) if isinstance(offered, Iterable) else [offered]
        if all(isinstance(each, keras.callbacks.Callback) for each in listed):
            callbacks += listed
        elif offered is not None:
            warnings.warn(
                f"Plugin {record.name!r} of {record.distribution} failed: modelzoo_callbacks "
                f"returned {offered!r}, expected Keras callbacks. They were left out.",
                PluginWarning,
                stacklevel=2,
            )
    return callbacks
