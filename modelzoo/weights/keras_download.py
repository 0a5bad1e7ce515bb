"""The files that Keras publishes, downloaded and verified as Keras does."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from urllib.parse import urlsplit

from modelzoo.errors import DownloadError

__all__ = ["fetch_keras_file"]


def fetch_keras_file(url: str, *, file_hash: str | None = None, file: str | None = None) -> Path:
    """Download a weight file to where Keras keeps and looks for it, once for both.

    What a ``fetcher`` of weights can be made of. A file that is there already needs no network.

    Args:
        url: Where it is published.
        file_hash: The MD5 or SHA-256 that Keras declares for it, in hexadecimal; ``None``: it
            declares none, and the file is taken as it is.
        file: The name that Keras keeps it under; default: as in the URL.

    Returns:
        The file, in ``~/.keras/models`` or in ``$KERAS_HOME/models``, with this hash.

    Raises:
        DownloadError: It can't be had, or has another hash.

    Example:
        >>> fetch_keras_file("file:///not/there/owl_net.h5")
        Traceback (most recent call last):
        modelzoo.errors.DownloadError: owl_net.h5 can't be downloaded: ...
    """
    import keras

    name = file or Path(urlsplit(url).path).name
    try:
        # Keras shows the progress where results are expected.
        with contextlib.redirect_stdout(sys.stderr):
            path = keras.utils.get_file(name, url, cache_subdir="models", file_hash=file_hash)
    except Exception as error:  # Keras raises nothing narrower
        reason = " ".join(str(error).split()).rstrip(".")
        raise DownloadError(
            f"{name} can't be downloaded: {reason}. Try again with a network, or download {url} "
            "yourself and pass weights='PATH/OF/THE/FILE'."
        ) from error
    return Path(path)
