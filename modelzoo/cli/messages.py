"""What is said on the error stream: errors, warnings and notes, each in one line."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.exceptions import TyperException


def note(text: str) -> None:
    """Tell the user something beside the results.

    Args:
        text: Anything; it is printed in one line.
    """
    _say(text)


def warning(text: str) -> None:
    """Tell the user, in yellow, what may be wrong."""
    _say(f"Warning: {text}", typer.colors.YELLOW)


def error(text: str) -> None:
    """Tell the user, in red, why the command failed."""
    _say(f"Error: {text}", typer.colors.RED)


def usage_error(exception: TyperException) -> str:
    """What is wrong with how the command was called, and where it says how to call it."""
    message = exception.format_message().strip()
    message += "" if message.endswith(("?", ".")) else "."
    context = getattr(exception, "ctx", None)
    if context is not None:
        message += f" See `{context.command_path} --help`."
    return message


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Print the warnings of Python as :func:`warning` does, while this is open."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        warning(str(message))

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def _say(text: str, colour: str | None = None) -> None:
    line = " ".join(text.split())
    if os.environ.get("NO_COLOR"):
        colour = None
    typer.secho(line, fg=colour, err=True)
