"""Adds the command ``modelzoo count``."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_commands(app):
    """A typer application to add commands to."""
    app.command("count")(count)


def count() -> None:
    """Say how many models there are."""
    print(len(modelzoo.list_models()), "models")
