"""``modelzoo hf-push`` and ``modelzoo hf-pull``: trained weights to the Hub and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelzoo.cli import RunArgument, open_run

RepoArgument = Annotated[
    str,
    typer.Argument(metavar="OWNER/NAME", help="The repository on the Hub.", show_default=False),
]


def hf_push(
    run: RunArgument,
    repo: RepoArgument,
    private: Annotated[
        bool, typer.Option("--private", help="Make a new repository a private one.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(metavar="BRANCH", help="The branch; by default the main one.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="The licence of the weights for the card, such as mit.")
    ] = None,
) -> None:
    """Push a finished run's weights to the Hugging Face Hub, with a model card.

    Log in first with `hf auth login`, or set HF_TOKEN.
    """
    from modelzoo_huggingface import push

    opened = open_run(run)
    pushed = push(opened, repo, private=private or None, revision=revision, licence=licence)
    typer.echo(pushed.url)


def hf_pull(
    repo: RepoArgument,
    revision: Annotated[
        str | None, typer.Option(help="A branch, tag or commit; by default the main branch.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option(help="Where to; by default a folder in the cache folder.")
    ] = None,
) -> None:
    """Pull a model from the Hugging Face Hub and print its folder.

    The folder is a run, for `modelzoo predict` and `modelzoo export`, and what --weights of
    `modelzoo train` takes.
    """
    from modelzoo_huggingface import pull

    typer.echo(pull(repo, revision, folder=path))
