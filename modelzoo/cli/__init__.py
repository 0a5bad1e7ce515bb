"""The ``modelzoo`` command, one file per sub-command. Imports nothing heavy."""

from modelzoo.cli.application import build_app, main
from modelzoo.cli.run_names import RunArgument, open_run

__all__ = ["RunArgument", "build_app", "main", "open_run"]
