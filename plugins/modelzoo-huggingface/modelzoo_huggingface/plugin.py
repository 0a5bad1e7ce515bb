"""What this package offers; the code is imported when somebody asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelzoo import DatasetSpec, Family, hookimpl

if TYPE_CHECKING:
    import typer

    from modelzoo.registry import Kind

# The owner is missing in names from before all datasets had one.
_NAME = re.compile(r"hf/((?:[\w.\-]+/)?[\w.\-]+)", re.ASCII)


@hookimpl
def modelzoo_families() -> list[Family]:
    """The image datasets of the Hub."""
    return [
        Family(
            kind="dataset",
            pattern="hf/OWNER/NAME",
            summary="Any image dataset of the Hugging Face Hub, or a folder of its parquet files",
            examples=("hf/ylecun/mnist", "hf/AI-Lab-Makerere/beans"),
        )
    ]


@hookimpl
def modelzoo_resolve(kind: Kind, name: str) -> DatasetSpec | None:
    """The dataset of a name such as ``hf/ylecun/mnist``, or ``hf/mnist``; it is not looked up."""
    found = _NAME.fullmatch(name)
    if kind != "dataset" or found is None:
        return None
    repo = found[1]
    return DatasetSpec(
        name=name,
        summary=f"The dataset {repo} of the Hugging Face Hub",
        loader="modelzoo_huggingface.dataset:load",
        task="multiclass",
        labels=("class", "multi_hot", "value"),
        options={"repo": repo},
        download_bytes=None,
        homepage=f"https://huggingface.co/datasets/{repo}",
        tags=("hub",),
    )


@hookimpl
def modelzoo_commands(app: typer.Typer) -> None:
    """Two commands for trained weights."""
    from modelzoo_huggingface import commands

    app.command("hf-push")(commands.hf_push)
    app.command("hf-pull")(commands.hf_pull)
