"""A plugin that imports nothing heavy."""

from modelzoo import hookimpl


@hookimpl
def modelzoo_models():
    return []
