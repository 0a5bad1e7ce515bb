"""The ``modelzoo`` command, one file per sub-command. Imports nothing heavy."""

from modelzoo.cli.application import build_app, main

__all__ = ["build_app", "main"]
