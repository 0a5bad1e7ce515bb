"""A plugin package from a template: what an author begins with."""

from modelzoo.new_plugin.generate import new_plugin

__all__ = ["new_plugin"]
