"""The sub-commands that a plugin adds to the command line."""

from __future__ import annotations

from typing import Any

import pluggy
import typer

HOOK = "modelzoo_commands"


def made_commands(implementation: pluggy.HookImpl) -> dict[str, Any]:
    """The commands that one plugin adds, as they are run.

    What a function of a plugin takes is looked at only here: typer reads the types of its
    parameters when it makes the command, and not when the plugin adds it.

    Args:
        implementation: The plugin's ``modelzoo_commands``.

    Returns:
        The commands by name, in the order in which they were added.

    Raises:
        Exception: What the hook raises, or typer of parameters that it can't make options of.
    """
    app = typer.Typer(add_completion=False)
    implementation.function(**dict.fromkeys(implementation.argnames, app))
    return dict(typer.main.get_group(app).commands)
