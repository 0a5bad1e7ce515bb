"""From a dataset's name or folder to its tables, by the Hub's own library."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from warnings import warn

import datasets
import huggingface_hub
from datasets.exceptions import DatasetNotFoundError, DatasetsError
from huggingface_hub.errors import LocalEntryNotFoundError

from modelzoo.errors import DatasetError, ModelZooError, OptionError, StorageError
from modelzoo_huggingface.hub import (
    HubError,
    bars_on_terminals_only,
    current_name,
    hub_errors,
    newest_commit,
    one_line,
    warn_of_an_old_copy,
)

__all__ = ["SPLITS", "folder_builder", "hub_builder", "read_tables"]

SPLITS: Mapping[str, str] = MappingProxyType(
    {
        "train": "train",
        "validation": "val",
        "valid": "val",
        "val": "val",
        "dev": "val",
        "test": "test",
    }
)
"""Our split for each of the Hub's usual names."""

_NOT_WRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS})


def hub_builder(
    repo: str, *, config: str | None, revision: str | None
) -> tuple[datasets.DatasetBuilder, str]:
    """What makes the tables of a dataset of the Hub, at one commit.

    Args:
        repo: ``OWNER/NAME``, or a ``NAME`` from before all datasets had an owner.
        config: Which of its configurations; ``None``: its only or default one.
        revision: A branch, a tag or a commit's hash; ``None``: the main branch.

    Returns:
        The builder, and ``OWNER/NAME@`` with the commit's hash.

    Raises:
        HubError: There is no such dataset or revision, it is not for you, or the Hub can't be
            reached and the commit was not loaded before.
        StorageError: A cache folder can't be written.
        DatasetError: It has no configuration of this name, or no files that hold a table.
    """
    if "/" not in repo:
        repo = current_name(repo)
    commit, reached = newest_commit(repo, "dataset", revision)
    with _asking(f"hf/{repo}"):
        builder = datasets.load_dataset_builder(repo, name=config, revision=commit)
    # Without a network the library takes what it has of another commit.
    if builder.hash != commit:
        raise HubError(
            f"{huggingface_hub.constants.ENDPOINT} can't be reached, and of dataset 'hf/{repo}' "
            f"only another commit than {commit[:8]} is here. Try again with a network."
        )
    if not reached:
        warn_of_an_old_copy(f"dataset 'hf/{repo}'", commit)
    return builder, f"{repo}@{commit}"


def folder_builder(folder: Path, *, config: str | None) -> tuple[datasets.DatasetBuilder, str]:
    """What makes the tables of a folder; the network is not asked.

    Args:
        folder: A copy of a dataset's repository, a folder of its parquet files, or another
            folder that the Hub's library reads, such as one of images.
        config: Which of its configurations; ``None``: its only or default one.

    Returns:
        The builder, whose ``hash`` changes with the files, and the folder's absolute path.

    Raises:
        DatasetError: There is no such folder, or no files in it that hold a table.
    """
    if not folder.is_dir():
        what = "is a file, expected a folder" if folder.exists() else "is not there"
        raise DatasetError(
            f"{folder} {what}. Give the folder that holds the dataset's parquet files, such as "
            "data/train-00000-of-00001.parquet."
        )
    path = str(folder.resolve())
    with _asking(str(folder)):
        return datasets.load_dataset_builder(path, name=config), path


def read_tables(
    builder: datasets.DatasetBuilder, splits: Mapping[str, str], *, dataset: str
) -> dict[str, datasets.Dataset]:
    """The table of each split, downloaded where it is not yet.

    Args:
        builder: The dataset.
        splits: For ``train``, ``val`` and ``test`` a split of the dataset or a part of one, such
            as ``"train[:90%]"``; where there are none of them: those of the usual names.
        dataset: The dataset's name, for errors.

    Returns:
        Tables of ``train``, ``val`` and ``test``, as far as there are such.

    Raises:
        HubError: The files can't be downloaded.
        DatasetError: There is no training split, none of a name, or a file is damaged.
        OptionError: There are ``splits``, but none to train on.
    """
    with _asking(dataset):
        builder.download_and_prepare()
        if not splits:
            splits = _usual_splits(list(builder.info.splits or ()), dataset)
        elif "train" not in splits:
            given = " and ".join(splits)
            raise OptionError(
                f"Dataset {dataset!r} was told what is {given}, but not what to train on. "
                "Say that, too: train='train[:90%]'."
            )
        return {ours: builder.as_dataset(split=theirs) for ours, theirs in splits.items()}


def _usual_splits(found: list[str], dataset: str) -> dict[str, str]:
    advice = "Say which is which: train='NAME', val='NAME', test='NAME'."
    chosen: dict[str, str] = {}
    for name in found:
        ours = SPLITS.get(name)
        if ours in chosen:
            raise DatasetError(
                f"Dataset {dataset!r} has two splits for {ours!r}: {chosen[ours]!r} and {name!r}. "
                f"{advice}"
            )
        if ours is not None:
            chosen[ours] = name
    listed = ", ".join(map(repr, found))
    if "train" not in chosen:
        raise DatasetError(
            f"Dataset {dataset!r} has {listed or 'no splits'}, expected a split 'train'. {advice}"
        )
    others = [name for name in found if name not in SPLITS]
    if others:
        warn(
            f"Dataset {dataset!r} has {listed}; {', '.join(map(repr, others))} is passed over. "
            f"{advice}",
            stacklevel=4,
        )
    return {ours: chosen[ours] for ours in ("train", "val", "test") if ours in chosen}


@contextmanager
def _asking(dataset: str) -> Iterator[None]:
    """Make of errors of the library in the code inside those of this project."""
    try:
        with (
            bars_on_terminals_only(huggingface_hub.utils, datasets.utils),
            hub_errors(dataset.removeprefix("hf/"), "dataset"),
        ):
            yield
    except ModelZooError:
        raise
    except DatasetNotFoundError as error:
        raise HubError(
            f"{one_line(error)}. Log in with `hf auth login`, or set HF_TOKEN to a token of yours."
        ) from error
    except ConnectionError as error:
        raise HubError(f"{one_line(error)}. Try again with a network.") from error
    except FileNotFoundError as error:
        # Also what the library makes of a download that failed.
        if isinstance(error.__cause__, LocalEntryNotFoundError):
            raise HubError(f"Dataset {dataset!r} can't be downloaded: {one_line(error)}") from error
        raise DatasetError(f"Dataset {dataset!r} can't be opened: {one_line(error)}.") from error
    except OSError as error:
        if error.errno in _NOT_WRITTEN:
            raise StorageError(
                f"{error.filename or 'The cache of the Hub'} can't be written: {error.strerror}. "
                "Free some space, or name another folder: HF_HOME=FOLDER."
            ) from error
        raise HubError(f"Dataset {dataset!r} can't be downloaded: {one_line(error)}") from error
    except RuntimeError as error:
        raise DatasetError(
            f"Dataset {dataset!r} is read by code of its own, which is never run "
            f"({one_line(error)}). The Hub has a copy of many such datasets in parquet files: "
            "revision='refs/convert/parquet'."
        ) from error
    except (DatasetsError, ValueError) as error:
        raise DatasetError(
            f"Dataset {dataset!r} can't be read: {one_line(error.__cause__ or error)}. "
            "Its options are config, revision, train, val, test, image and label; where none of "
            "them helps, a file is damaged."
        ) from error
