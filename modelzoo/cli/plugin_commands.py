"""The sub-commands that plugins add."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from modelzoo.cli import messages
from modelzoo.registry import default_host


def plugin_commands(*, taken: Container[str]) -> dict[str, Any]:
    """Ask the plugins for their commands.

    A plugin that raises, or one of whose commands can't be made, is warned about and the others
    go on. A name is never taken over: a
    command whose name is there already is left out with a warning.

    Args:
        taken: The names of the built-in commands.

    Returns:
        The commands by name, in the order of the plugins.
    """
    commands: dict[str, Any] = {}
    for record, offered in default_host().commands():
        for name, command in offered.items():
            if name in taken or name in commands:
                messages.warning(
                    f"Plugin {record.name!r} of {record.distribution} offers the command "
                    f"{name!r}, which is there already. It was left out."
                )
            else:
                commands[name] = command
    return commands
