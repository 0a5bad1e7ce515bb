"""``{command-line}``: a section per sub-command, from the commands themselves."""

from __future__ import annotations

import re
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from modelzoo.cli import build_app
from modelzoo.cli.application import COMMANDS

EXAMPLES = {name: examples for name, _, examples in COMMANDS}


class CommandLine(SphinxDirective):
    """Writes the built-in commands; those of installed plugins are left out."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        group = typer.main.get_command(build_app())
        text = "\n".join(_section(name, command) for name, command in group.commands.items())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _section(name: str, command: Any) -> str:
    title = f"modelzoo {name}"
    context = command.context_class(command, info_name=title)
    arguments, options = [], []
    for parameter in command.get_params(context):
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            arguments.append(f"`{parameter.metavar}`\n: {_sentence(parameter, context)}\n")
        else:
            options.append(_option(parameter, context))
    usage = command.get_usage(context).removeprefix("Usage: ").strip()
    description = command.help.partition("\n\b")[0].partition("Examples:")[0].strip()
    return "\n".join(
        [
            f"## {title}",
            "",
            description,
            "",
            f"```text\n{usage}\n```",
            "",
            *arguments,
            f"```{{program}} {title}\n```",
            "",
            *options,
            f"```bash\n{_examples(name)}\n```",
            "",
        ]
    )


def _examples(name: str) -> str:
    # What stands apart from a command is a remark, which in a shell begins with a hash.
    lines = EXAMPLES[name].strip().splitlines()
    return "\n".join(re.sub(r"^(\S.*?) {2,}(\S.*)$", r"\1  # \2", line) for line in lines)


def _option(parameter: Any, context: Any) -> str:
    spelled, _ = parameter.get_help_record(context)
    return f"```{{option}} {spelled}\n{_sentence(parameter, context)}\n```\n"


def _sentence(parameter: Any, context: Any) -> str:
    record = parameter.get_help_record(context)
    # Brackets are how a default is shown; as they are, they would be read as links.
    text = record[1] if record else parameter.help or ""
    return text.replace("[", r"\[").replace("<", r"\<")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True}
