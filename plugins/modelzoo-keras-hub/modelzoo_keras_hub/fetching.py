"""Downloads presets as KerasHub does: kagglehub and huggingface_hub fetch, verify and keep them."""

from __future__ import annotations

from pathlib import Path

from modelzoo import WeightsSpec
from modelzoo.errors import DownloadError, MissingLibraryError, UnknownNameError, WeightsError
from modelzoo.registry import named_libraries
from modelzoo_keras_hub.addresses import handle_of

__all__ = ["fetch", "fetch_preset"]

# Of a preset on the Hugging Face Hub, where there may be more than that.
_FILES = ["*.json", "*.h5"]


def fetch_preset(weights: WeightsSpec) -> Path:
    """The folder of the preset that a spec's weights are.

    Args:
        weights: Of a model of this package.

    Returns:
        The folder in the cache of kagglehub or huggingface_hub; downloaded where it is not there.

    Raises:
        WeightsError: The weights have no address.
        DownloadError: The preset can't be fetched.
        MissingLibraryError: The library that fetches is not installed.
    """
    handle = handle_of(weights.url)
    if not handle:
        raise WeightsError(
            f"KerasHub gives no address for these weights ({weights.summary}). Pass the folder of "
            "a preset that you have: weights='FOLDER'."
        )
    return fetch(handle)


def fetch(handle: str) -> Path:
    """The folder of a preset, downloaded where it is not in the publisher's cache.

    Args:
        handle: ``kaggle://OWNER/MODEL/keras/NAME[/VERSION]``, ``hf://OWNER/NAME``, or the name of
            a preset in the installed KerasHub.

    Raises:
        DownloadError: It can't be fetched.
        MissingLibraryError: The library that fetches is not installed.
        UnknownNameError: The installed KerasHub has no preset of that name.
    """
    scheme, separator, path = handle.partition("://")
    if not separator:
        return fetch(_published_handle(handle))
    download = _from_kaggle if scheme == "kaggle" else _from_hugging_face
    try:
        with named_libraries(__name__, needed_by=f"preset {handle}"):
            return Path(download(path))
    except MissingLibraryError:
        raise
    except Exception as error:  # what kagglehub raises has no class in common
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise DownloadError(
            f"Preset {handle} can't be fetched: {reason}. A folder with a copy of it can be passed "
            "instead: weights='FOLDER'."
        ) from error


def _from_kaggle(path: str) -> str:
    # KerasHub depends on it.
    import kagglehub

    folder: str = kagglehub.model_download(path)
    return folder


def _from_hugging_face(path: str) -> str:
    from huggingface_hub import snapshot_download

    return snapshot_download(path, allow_patterns=_FILES)


def _published_handle(name: str) -> str:
    import keras_hub

    presets = keras_hub.models.Backbone.presets
    if name not in presets:
        raise UnknownNameError(
            f"KerasHub {keras_hub.__version__} has no preset {name!r}, and there is no folder of "
            "that name. `modelzoo list models` shows how the names of presets and architectures "
            "look."
        )
    handle: str = presets[name]["kaggle_handle"]
    return handle
