"""A plugin that imports what it should not."""

import numpy  # noqa: F401

from modelzoo import hookimpl


@hookimpl
def modelzoo_models():
    return []
