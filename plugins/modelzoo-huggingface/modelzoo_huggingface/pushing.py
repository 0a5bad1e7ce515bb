"""From a run to the Hub: weights with their card, in one commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
from huggingface_hub import CommitOperationAdd

from modelzoo import Run
from modelzoo.errors import RunError
from modelzoo.weights import WEIGHTS_FILE, read_saved
from modelzoo_huggingface.card import model_card
from modelzoo_huggingface.files import CARD, public_info
from modelzoo_huggingface.hub import bars_on_terminals_only, hub_errors

__all__ = ["Pushed", "push"]


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where a model is on the Hub.

    Attributes:
        repo: The repository, ``OWNER/NAME``.
        commit: The hash of the commit, which :func:`modelzoo_huggingface.pull` takes.
        url: The page of the commit's files.
    """

    repo: str
    commit: str
    url: str


def push(
    run: Run | str | Path,
    repo: str,
    *,
    private: bool | None = None,
    revision: str | None = None,
    licence: str | None = None,
) -> Pushed:
    """Upload a finished run's weights to the Hub, with a card that is made of its ``run.json``.

    The repository is made where there is none, and gets one commit with
    ``weights.safetensors``, ``weights.json``, ``run.json`` and ``README.md``, which replace
    those that are there. The token is that of ``hf auth login`` or ``HF_TOKEN``; it needs the
    right to write. ``run.json`` goes without what it says of this computer: the process and the
    folder of the data.

    Args:
        run: The run, or its folder.
        repo: The repository, ``OWNER/NAME``.
        private: Whether a new repository is private; default: as the owner has set it, mostly
            public.
        revision: The branch; it is made of the main branch where there is none. Default: the
            main branch.
        licence: The licence of the weights for the card, such as ``"mit"``; default: none is
            named, which allows nothing to nobody.

    Returns:
        Where it is now.

    Raises:
        RunError: The folder is not a run, or the run has not finished.
        WeightsError: The weights are missing, truncated or altered.
        HubError: No token, no right to write there, or the Hub can't be reached. A repository
            that was new stays, without a commit of it.
    """
    run = run if isinstance(run, Run) else Run(run)
    if run.status != "finished":
        raise RunError(
            f"Run {run.name!r} is {run.status}: only a finished one can be pushed. Go on with it: "
            f"{run.resume_command}"
        )
    weights, _ = read_saved(run.folder)
    contents: dict[str, str | bytes] = {
        WEIGHTS_FILE: str(weights),
        "weights.json": str(weights.with_suffix(".json")),
        "run.json": (json.dumps(public_info(run.info), indent=2, allow_nan=False) + "\n").encode(),
        CARD: model_card(run.info, repo, licence=licence).encode(),
    }
    api = huggingface_hub.HfApi()
    with bars_on_terminals_only(huggingface_hub.utils), hub_errors(repo, "model"):
        api.create_repo(repo, private=private, exist_ok=True)
        if revision is not None:
            api.create_branch(repo, branch=revision, exist_ok=True)
        commit = api.create_commit(
            repo,
            [CommitOperationAdd(name, content) for name, content in contents.items()],
            commit_message=f"Push {run.info['model']['name']}",
            revision=revision,
        )
    return Pushed(repo, commit.oid, f"{api.endpoint}/{repo}/tree/{commit.oid}")
