"""The command as a whole: its sub-commands, its errors and its exit status."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from modelzoo.cli import (
    bench,
    check,
    evaluate,
    export,
    info,
    listing,
    messages,
    new_plugin,
    plugins,
    predict,
    quickstart,
    runs,
    train,
)
from modelzoo.cli.parameters import Command, ReadsOwnParameters
from modelzoo.cli.plugin_commands import plugin_commands
from modelzoo.errors import ModelZooError, TrainingInterrupted
from modelzoo.version import __version__

USAGE_ERROR = 2
# As a shell reports a command that a signal ended: 128 and the signal's number.
INTERRUPTED = 130
BROKEN_PIPE = 141


EXAMPLES = """\
modelzoo quickstart                              see it work
modelzoo list datasets                           what there is
modelzoo train mobilenet_v1_mini fashion_mnist   any model on any dataset
modelzoo predict latest photo.jpg                use what was trained
"""


COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("list", listing.list_, listing.EXAMPLES),
    ("info", info.info, info.EXAMPLES),
    ("plugins", plugins.plugins, plugins.EXAMPLES),
    ("train", train.train, train.EXAMPLES),
    ("evaluate", evaluate.evaluate, evaluate.EXAMPLES),
    ("predict", predict.predict, predict.EXAMPLES),
    ("export", export.export, export.EXAMPLES),
    ("runs", runs.runs, runs.EXAMPLES),
    ("bench", bench.bench, bench.EXAMPLES),
    ("check", check.check, check.EXAMPLES),
    ("new-plugin", new_plugin.new_plugin, new_plugin.EXAMPLES),
    ("quickstart", quickstart.quickstart, quickstart.EXAMPLES),
)


class Group(ReadsOwnParameters, TyperGroup):
    """The sub-commands: the built-in ones, and those of plugins once they are asked for."""

    _asked_plugins = False

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, for the help page."""
        self._ask_plugins()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or None."""
        if cmd_name not in self.commands:
            self._ask_plugins()
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and end quietly where the user or a reader of the output ends it."""
        try:
            return super().invoke(ctx)
        except TrainingInterrupted as interruption:
            messages.note(str(interruption))
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _drop_output()
            raise typer.Exit(BROKEN_PIPE) from None

    def _ask_plugins(self) -> None:
        if not self._asked_plugins:
            self._asked_plugins = True
            self.commands.update(plugin_commands(taken=self.commands))


def build_app() -> typer.Typer:
    """The whole command line as a typer application.

    Example:
        >>> [command.name for command in build_app().registered_commands][:3]
        ['list', 'info', 'plugins']
    """
    app = typer.Typer(
        name="modelzoo",
        cls=Group,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True, epilog=_as_typed(EXAMPLES))(modelzoo)
    for name, function, examples in COMMANDS:
        app.command(name, cls=Command, help=_flowing(function), epilog=_as_typed(examples))(
            function
        )
    return app


def _flowing(function: Callable[..., None]) -> str:
    # Only the terminal is to break the lines: typer keeps the docstring's own after the first
    # paragraph.
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def _as_typed(examples: str) -> str:
    # The mark by which typer leaves the line breaks of a paragraph as they are.
    return f"\b\nExamples:\n{examples}"


def modelzoo(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Find, train and use models: a zoo that anyone can extend by plugins."""
    if version:
        typer.echo(__version__)
    elif ctx.invoked_subcommand is None:
        # The help page is printed where it is made.
        ctx.get_help()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows the command's name; default: those of this process.

    Returns:
        The exit status, which is 0; or 2 for what the user can put right, which is printed in
        one line; or 130 after Ctrl-C. What nobody expected is raised.

    Example:
        >>> main(["--version"])
        0.1.0
        0
    """
    command = typer.main.get_command(build_app())
    with messages.one_line_warnings():
        try:
            status = command.main(arguments, prog_name="modelzoo", standalone_mode=False)
            sys.stdout.flush()
        except ModelZooError as error:
            messages.error(str(error))
            return USAGE_ERROR
        except TyperException as error:
            messages.error(messages.usage_error(error))
            return USAGE_ERROR
        except typer.Abort:
            return INTERRUPTED
        except BrokenPipeError:
            _drop_output()
            return BROKEN_PIPE
    return status if isinstance(status, int) else 0


def _drop_output() -> None:
    # Python flushes once more when it exits, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
