"""From the Hub to a folder: weights with their card, verified before they get their name."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import huggingface_hub

from modelzoo.data import atomic_folder, cache_folder
from modelzoo.errors import RunError, StorageError, WeightsError
from modelzoo.weights import WEIGHTS_FILE, read_saved
from modelzoo_huggingface.files import FILES
from modelzoo_huggingface.hub import (
    HubError,
    bars_on_terminals_only,
    hub_errors,
    newest_commit,
    one_line,
    warn_of_an_old_copy,
)

__all__ = ["pull"]


def pull(repo: str, revision: str | None = None, *, folder: str | Path | None = None) -> Path:
    """Download a model that :func:`modelzoo_huggingface.push` has pushed.

    Of the repository only ``weights.safetensors``, ``weights.json``, ``run.json`` and
    ``README.md`` are downloaded, and the SHA-256 of the weights is compared with the one that
    ``weights.json`` says. A token is that of ``hf auth login`` or ``HF_TOKEN``.

    Args:
        repo: The repository, ``OWNER/NAME``.
        revision: A branch, a tag or a commit's hash; default: the main branch.
        folder: Where to; it must not be there, or be empty. Default: a folder of the commit in
            the cache folder. A commit that is there is not downloaded again, and found without a
            network, too: into another folder it is copied.

    Returns:
        The folder: what ``weights=`` of :func:`modelzoo.get` takes, and where ``run.json`` is in
        it, what :class:`modelzoo.Run` takes.

    Raises:
        HubError: There is no such repository or revision, it is not for you, or the Hub can't be
            reached; nothing is left behind.
        WeightsError: It holds no weights of this kind, or they are truncated or altered; nothing
            is left behind.
        RunError: There is something in the folder.
        StorageError: The folder can't be written.
    """
    target = None if folder is None else Path(folder).expanduser().absolute()
    if target is not None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunError(
            f"{target} is there already and not an empty folder. Choose another one to pull into."
        )
    commit, reached = newest_commit(repo, "model", revision)
    kept = cache_folder() / "huggingface" / repo / commit
    if _is_whole(kept):
        if not reached:
            warn_of_an_old_copy(repo, commit)
        if target is None:
            return kept
        _copy(kept, target)
        return target
    if not reached:
        raise HubError(
            f"{huggingface_hub.constants.ENDPOINT} can't be reached, and commit {commit[:8]} of "
            f"{repo} is not here. Try again with a network."
        )
    target = target or kept
    with tempfile.TemporaryDirectory() as temporary:
        downloaded = Path(temporary)
        _download(repo, commit, downloaded)
        _check(downloaded, f"{repo}@{commit[:8]}")
        _copy(downloaded, target)
    return target


def _is_whole(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        read_saved(folder)
    except WeightsError:
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    with atomic_folder(target) as whole:
        for name in FILES:
            if (source / name).is_file():
                shutil.copyfile(source / name, whole / name)


def _download(repo: str, commit: str, folder: Path) -> None:
    try:
        with bars_on_terminals_only(huggingface_hub.utils), hub_errors(repo, "model"):
            huggingface_hub.snapshot_download(
                repo, revision=commit, allow_patterns=list(FILES), local_dir=folder
            )
    except HubError:
        raise
    except OSError as error:
        # The library's own, such as that of a file of another size, have no number.
        if error.errno is None:
            raise HubError(f"{repo} can't be downloaded: {one_line(error)}") from error
        raise StorageError(
            f"{folder} can't be written: {error.strerror}. Free some space, or name another "
            "folder for files under way: TMPDIR=FOLDER."
        ) from error


def _check(folder: Path, source: str) -> None:
    if not (folder / WEIGHTS_FILE).is_file():
        raise WeightsError(
            f"{source} has no {WEIGHTS_FILE}, so it is no model that `modelzoo hf-push` has pushed."
        )
    try:
        read_saved(folder)
    except WeightsError as error:
        # The folder is gone when somebody reads this.
        raise WeightsError(str(error).replace(str(folder), source)) from error
