"""The Hub as this package meets it: its errors in one line, and its progress on terminals only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal
from warnings import warn

import huggingface_hub
from huggingface_hub import errors
from huggingface_hub.utils import httpx  # type: ignore[attr-defined] # under a name that stays

from modelzoo.data import atomic_folder, cache_folder
from modelzoo.errors import DownloadError

__all__ = [
    "HubError",
    "bars_on_terminals_only",
    "current_name",
    "hub_errors",
    "newest_commit",
    "one_line",
    "warn_of_an_old_copy",
]

_LOG_IN = "log in with `hf auth login`, or set HF_TOKEN to a token of yours"

RepoType = Literal["model", "dataset"]


class HubError(DownloadError):
    """The Hub can't be reached, refuses, or does not have what was asked for.

    Nothing was written: a download is whole or not there, and a push is one commit.
    """


@contextmanager
def hub_errors(repo: str, repo_type: RepoType) -> Iterator[None]:
    """Make of the Hub's errors in the code inside a :class:`HubError` that says what to do.

    Args:
        repo: The repository's name, for the message.
        repo_type: What kind of repository it is, for the message.

    Raises:
        HubError: The code inside failed to get an answer of the Hub, or got an error.
    """
    try:
        yield
    except errors.HFValidationError as error:
        raise HubError(
            f"{repo!r} is no name of a repository, expected OWNER/NAME of letters, digits, '-', "
            "'_' and '.'."
        ) from error
    except (errors.OfflineModeIsEnabled, errors.HfHubHTTPError, httpx.HTTPError) as error:
        raise HubError(_explained(error, repo, repo_type)) from error
    except errors.LocalEntryNotFoundError as error:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        raise HubError(_explained(cause, repo, repo_type)) from error
    except errors.FileMetadataError as error:
        raise HubError(one_line(error)) from error


def current_name(repo: str) -> str:
    """The ``OWNER/NAME`` that a dataset has now; what it was last time, without a network.

    Args:
        repo: A ``NAME`` from before all datasets had an owner.

    Raises:
        HubError: There is no such dataset, or the Hub can't be reached and was not asked before.
        StorageError: The cache folder can't be written.
    """
    # No owner's name begins with a dot, so no model is kept there.
    remembered = cache_folder() / "huggingface" / ".names" / repo
    file = remembered / "name.txt"
    known = file.read_text("utf-8") if file.is_file() else None
    with hub_errors(repo, "dataset"):
        try:
            newest = huggingface_hub.dataset_info(repo).id
        except (errors.OfflineModeIsEnabled, httpx.HTTPError) as error:
            if known is None or _answered(error):
                raise
            return known
    if newest != known:
        with atomic_folder(remembered) as folder:
            (folder / file.name).write_text(newest, "utf-8")
    return newest


def newest_commit(repo: str, repo_type: RepoType, revision: str | None) -> tuple[str, bool]:
    """The hash of the commit that a revision is now; what it was last time, without a network.

    Args:
        repo: The repository's name.
        repo_type: What kind of repository it is.
        revision: A branch, a tag or a commit's hash; ``None``: the main branch.

    Returns:
        40 hexadecimal digits, and whether the Hub was reached.

    Raises:
        HubError: There is no such repository or revision, or the Hub can't be reached and was
            not asked before.
    """
    api = huggingface_hub.HfApi()
    asked: dict[str, Any] = {"repo_id": repo, "repo_type": repo_type, "revision": revision}
    with hub_errors(repo, repo_type):
        try:
            known = api.resolve_revision(**asked, local_files_only=True).resolved
        except errors.RevisionResolutionError:
            known = None
        try:
            newest = str(api.repo_info(**asked).sha)
        except (errors.OfflineModeIsEnabled, httpx.HTTPError) as error:
            if known is None or _answered(error):
                raise
            return known, False
        if newest != known:
            api.resolve_revision(**asked)  # which remembers it
        return newest, True


def _answered(error: Exception) -> bool:
    """Whether an error is what the Hub says of a request, and not that it can't be reached."""
    return isinstance(error, errors.HfHubHTTPError) and error.response.status_code < 500


def warn_of_an_old_copy(what: str, commit: str) -> None:
    """Tell that nobody knows whether a repository has a newer commit than the one that is used."""
    hub = huggingface_hub.constants.ENDPOINT
    warn(
        f"{hub} can't be reached: {what} is taken as it was the last time, at commit {commit[:8]}.",
        stacklevel=3,
    )


@contextmanager
def bars_on_terminals_only(*libraries: ModuleType) -> Iterator[None]:
    """Keep progress bars out of pipes and files, where they are hundreds of lines.

    Args:
        *libraries: ``huggingface_hub.utils`` or ``datasets.utils``, which draw them.
    """
    drawing = [each for each in libraries if not each.are_progress_bars_disabled()]
    if sys.stderr.isatty():
        drawing = []
    for each in drawing:
        each.disable_progress_bars()
    try:
        yield
    finally:
        for each in drawing:
            each.enable_progress_bars()


def _explained(error: Exception, repo: str, repo_type: RepoType) -> str:
    hub = huggingface_hub.constants.ENDPOINT
    what = f"{repo_type} repository {repo!r}"
    if isinstance(error, errors.OfflineModeIsEnabled):
        return (
            f"{hub} is not asked for the {what}, because HF_HUB_OFFLINE is set, and no copy of it "
            "is here. Unset it, and try again with a network."
        )
    if isinstance(error, errors.GatedRepoError):
        prefix = "datasets/" if repo_type == "dataset" else ""
        return f"The {what} is gated: ask for access at {hub}/{prefix}{repo}, then {_LOG_IN}."
    if isinstance(error, errors.RevisionNotFoundError):
        return f"The {what} has no such revision: name a branch, a tag or a commit's hash of it."
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            f"There is no {what} at {hub}, or it is private and not yours. Check the name; for a "
            f"private one {_LOG_IN}."
        )
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        said = f": {one_line(error.server_message)}" if error.server_message else ""
        if status == 401:
            return f"{hub} wants to know who you are for the {what}{said}. To be let in, {_LOG_IN}."
        if status == 403:
            return (
                f"{hub} does not allow it for the {what}{said}. Use a token with the right to "
                "write, and a name whose OWNER is you or an organisation of yours."
            )
        return f"{hub} answered with status {status} for the {what}{said}. Try again later."
    return (
        f"{hub} can't be reached for the {what} ({type(error).__name__}: {one_line(error)}). "
        "Try again with a network."
    )


def one_line(error: object) -> str:
    """What an error says, in one line that is not too long, without a full stop.

    Example:
        >>> one_line(ValueError("It is what it is."))
        'It is what it is'
    """
    text = " ".join(str(error).split()).rstrip(".")
    return text if len(text) < 200 else f"{text[:200]}..."
