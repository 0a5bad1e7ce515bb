"""Why a set can't be prepared, in words for people, with what to do."""

from __future__ import annotations

import errno
import urllib.error
from pathlib import Path
from urllib.parse import urlsplit

import requests
import tensorflow_datasets as tfds

from modelzoo.errors import DatasetError, DownloadError, ModelZooError, StorageError
from modelzoo_tfds.builders import PREPARED
from modelzoo_tfds.reasons import one_line

__all__ = ["check_manual_files", "check_network", "explained", "make_folder"]

_NETWORK_ERRORS = (
    requests.RequestException,
    urllib.error.URLError,
    ConnectionError,
    TimeoutError,
)
# TensorFlow Datasets tries for minutes before it says that there is no network.
_SECONDS_TO_CONNECT = 10
_SHOWN = 4


def check_manual_files(builder: tfds.core.DatasetBuilder) -> None:
    """Raise where files of a set have to be downloaded by hand and nobody has.

    Raises:
        DatasetError: They are not there; the message has the set's own instructions.
    """
    folder = _manual_folder(builder)
    if builder.MANUAL_DOWNLOAD_INSTRUCTIONS and not _files(folder):
        raise DatasetError(
            f"The set {builder.info.full_name!r} can't be downloaded by a program. "
            f"{_instructions(builder)} The folder for these files is {folder}. Start again when "
            "they are there."
        )


def make_folder(builder: tfds.core.DatasetBuilder) -> None:
    """Make the folder in which the set is to be prepared, where it is not there.

    Raises:
        StorageError: It can't be made.
    """
    try:
        Path(builder.data_dir_root).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(builder, error) from error


def check_network(builder: tfds.core.DatasetBuilder) -> None:
    """Raise where a set has to be downloaded and none of its servers can be reached.

    Raises:
        DownloadError: There is no network; the message says how to do without.
    """
    downloads = Path(builder.data_dir_root) / "downloads"
    if _files(_manual_folder(builder)) or _files(downloads / builder.name):
        return  # what is needed may well be there
    urls = list(builder.url_infos or {})
    servers = {urlsplit(each).netloc: each for each in urls if each.startswith("http")}
    reason = None
    for url in list(servers.values())[:_SHOWN]:
        try:
            requests.head(url, timeout=_SECONDS_TO_CONNECT)
        except requests.RequestException as error:
            reason = error
        else:
            return
    if reason is not None:
        raise _no_network(builder, reason)


def explained(error: Exception, builder: tfds.core.DatasetBuilder) -> ModelZooError:
    """The error for a person that stands for what TensorFlow Datasets has raised."""
    name = builder.info.full_name
    if isinstance(error, ModelZooError):
        return error
    # It is in no public module.
    if type(error).__name__ == "NonMatchingChecksumError":
        return DownloadError(
            f"What was downloaded for {name!r} is not what TensorFlow Datasets "
            f"{tfds.__version__} expects: {one_line(error)} The file may be damaged, or have been "
            "published anew. Try again, or a newer version: "
            "pip install --upgrade tensorflow-datasets"
        )
    if isinstance(error, _NETWORK_ERRORS) or type(error).__name__ == "DownloadError":
        return _no_network(builder, error)
    if isinstance(error, OSError) and (_is_full(error) or _is_refused(error)):
        return _not_written(builder, error)
    manual = f" {_instructions(builder)}" if builder.MANUAL_DOWNLOAD_INSTRUCTIONS else ""
    return DatasetError(
        f"TensorFlow Datasets {tfds.__version__} can't prepare {name!r}: {type(error).__name__}: "
        f"{one_line(error)}{manual}"
    )


def _not_written(builder: tfds.core.DatasetBuilder, error: OSError) -> StorageError:
    advice = "Free some space or choose" if _is_full(error) else "Choose"
    return StorageError(
        f"{builder.info.full_name!r} can't be prepared in {builder.data_dir_root}: "
        f"{one_line(error)} {advice} another folder: data_dir='PATH', or --data-dir PATH on the "
        "command line."
    )


def _no_network(builder: tfds.core.DatasetBuilder, error: Exception) -> DownloadError:
    files = [each for each in (builder.url_infos or {}) if each.startswith("http")]
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    by_hand = (
        f" Or put the files that it is made of ({', '.join(files[:_SHOWN])}{more}) into "
        f"{_manual_folder(builder)}, by their own names."
        if files
        else ""
    )
    # Without the version, which the command does not take.
    name = "/".join(each for each in (builder.name, builder.builder_config_name) if each)
    versions = sorted(
        each.parent.name for each in Path(builder.data_dir).parent.glob(f"*/{PREPARED}")
    )
    other = f" Or use what is prepared there: tfds/{name}/{versions[-1]}." if versions else ""
    return DownloadError(
        f"{builder.info.full_name!r} can't be downloaded: {one_line(error)} Try again with a "
        f"network.{other} Or have it prepared on a machine that has one, by `tfds build {name} "
        f"--data_dir FOLDER`, and copy FOLDER here: data_dir='FOLDER', or --data-dir FOLDER on "
        f"the command line.{by_hand}"
    )


def _instructions(builder: tfds.core.DatasetBuilder) -> str:
    return f"Its instructions: {' '.join(builder.MANUAL_DOWNLOAD_INSTRUCTIONS.split())}"


def _manual_folder(builder: tfds.core.DatasetBuilder) -> Path:
    return Path(builder.data_dir_root) / "downloads" / "manual"


def _files(folder: Path) -> list[Path]:
    # A download that was broken off has another ending.
    return [each for each in folder.glob("*") if ".tmp." not in each.name]


def _is_full(error: OSError) -> bool:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return full or "disk space" in str(error)


def _is_refused(error: OSError) -> bool:
    return error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
