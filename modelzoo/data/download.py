"""Files from the network, kept in the cache folder and trusted only with the right hash."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from modelzoo.errors import DownloadError, StorageError
from modelzoo.progress import Progress, progress
from modelzoo.storage import cache_folder, make_folder, no_empty_folders_left

__all__ = ["fetch", "file_sha256", "writing_to_cache"]

_CHUNK_BYTES = 2**20
_TIMEOUT_SECONDS = 30


@contextmanager
def writing_to_cache() -> Iterator[None]:
    """Add to a :class:`StorageError` of the code inside how to choose another cache folder.

    Example:
        >>> with writing_to_cache():
        ...     raise StorageError("Disk full.")
        Traceback (most recent call last):
        modelzoo.errors.StorageError: Disk full. The variable MODELZOO_CACHE=FOLDER names another.
    """
    try:
        yield
    except StorageError as error:
        raise StorageError(f"{error} The variable MODELZOO_CACHE=FOLDER names another.") from error


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        OSError: It can't be read.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     file_sha256(Path(file.name))[:8]
        'e3b0c442'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(*urls: str, sha256: str, folder: str, name: str | None = None) -> Path:
    """A file of the network, from the cache folder where it is there already.

    Args:
        *urls: Where copies of the file are; tried in this order.
        sha256: The hash that the file has to have, 64 hexadecimal digits.
        folder: The sub-folder of the cache folder.
        name: The file's name there; default: as in the first URL.

    Returns:
        The file, whose hash was found right just now.

    Raises:
        DownloadError: No URL gives a file with this hash; nothing is left behind.
        StorageError: The cache folder can't be written.
    """
    name = name or Path(urlsplit(urls[0]).path).name
    path = cache_folder() / folder / name
    if path.is_file() and file_sha256(path) == sha256:
        return path
    with no_empty_folders_left(path.parent):
        _download(urls, path, sha256)
    return path


def _download(urls: Sequence[str], path: Path, sha256: str) -> None:
    import pooch

    with writing_to_cache():
        make_folder(path.parent)
    # What pooch logs is what the progress shows and the errors say.
    pooch.get_logger().setLevel(logging.ERROR)
    failures = []
    for url in urls:
        failure = _try_url(url, path, sha256)
        if failure is None:
            return
        failures.append(f"{url} ({failure})")
    raise DownloadError(
        f"{path.name} can't be downloaded: {'; '.join(failures)}. "
        f"Try again with a network, or put a copy of it at {path}."
    )


def _try_url(url: str, path: Path, sha256: str) -> str | None:
    """Download to ``path``; the reason why not where that fails."""
    import pooch

    with ExitStack() as shown:
        downloader = pooch.HTTPDownloader(
            progressbar=_Megabytes(path.name, shown),
            chunk_size=_CHUNK_BYTES,
            timeout=_TIMEOUT_SECONDS,
            # A server that compresses on the way would change the bytes that are hashed.
            headers={"Accept-Encoding": "identity"},
        )
        try:
            pooch.retrieve(
                url, known_hash=sha256, fname=path.name, path=path.parent, downloader=downloader
            )
        except ValueError:
            return f"what is there is not the file with SHA-256 {sha256}"
        except OSError as error:
            # The network's errors are OSErrors, too, but not of the operating system.
            if error.errno is None or isinstance(error, ConnectionError | TimeoutError):
                return _one_line(error)
            with writing_to_cache():
                raise StorageError(
                    f"{path} can't be written: {error.strerror}. "
                    "Free some space or choose another folder."
                ) from error
    return None


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) < 160 else f"{type(error).__name__}: {text[:120]}..."


class _Megabytes:
    """What pooch takes for a progress bar: it sets ``total`` and calls the methods."""

    def __init__(self, name: str, shown: ExitStack) -> None:
        self._label = f"Downloading {name}, MB"
        self._shown = shown
        self._total = 0
        self._bar: Progress | None = None

    @property
    def total(self) -> int:
        """Bytes of the download."""
        return self._total

    @total.setter
    def total(self, n: int) -> None:
        self._total = n
        self._bar = self._shown.enter_context(progress(-(-n // _CHUNK_BYTES), self._label))

    def update(self, n: int) -> None:
        """Pooch gives the size of a chunk, and at the end of the whole."""
        if self._bar is not None and n == _CHUNK_BYTES:
            self._bar.advance()

    def reset(self) -> None:
        """Pooch starts anew only to fill the bar up."""

    def close(self) -> None:
        """The bar is closed with the download."""
