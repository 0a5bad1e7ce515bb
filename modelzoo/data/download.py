"""Files from the network, by their hash, into the cache folder."""

from __future__ import annotations

import os
from pathlib import Path

from modelzoo.errors import DownloadError
from modelzoo.storage import make_folder

__all__ = ["cache_folder", "fetch"]


def cache_folder() -> Path:
    """Where downloads and decoded images are kept.

    ``MODELZOO_CACHE`` in the environment, else the user's cache folder of the platform.

    Example:
        >>> cache_folder().is_absolute()
        True
    """
    import platformdirs

    chosen = os.environ.get("MODELZOO_CACHE") or platformdirs.user_cache_dir("modelzoo")
    return Path(chosen).expanduser().absolute()


def fetch(*urls: str, sha256: str, folder: str, name: str | None = None) -> Path:
    """Download a file unless it is there, from the first address that has it.

    Args:
        *urls: Addresses of the same file, tried in their order.
        sha256: The file's SHA-256; under its final name there is never a file with another.
        folder: Sub-folder of the cache folder.
        name: The file's name there; default: the last part of the first address.

    Returns:
        The file's path.

    Raises:
        DownloadError: No address has the file, or what they have is another file.
        StorageError: The cache folder can't be written.
    """
    import pooch

    target = make_folder(cache_folder() / folder)
    name = name or urls[0].rpartition("/")[2]
    failures = []
    logger = pooch.get_logger()
    logger.setLevel("ERROR")
    for url in urls:
        try:
            return Path(
                pooch.retrieve(url, f"sha256:{sha256}", fname=name, path=target, progressbar=False)
            )
        except Exception as error:  # each address fails in its own way
            failures.append(f"{url}: {_one_line(error)}")
    raise DownloadError(
        f"{name} can't be downloaded ({'; '.join(failures)}). Check the network, or put the file "
        f"with SHA-256 {sha256} at {target / name}."
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
