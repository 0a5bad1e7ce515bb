"""KerasHub itself, which is imported when something of it is built or loaded."""

from __future__ import annotations

from modelzoo.errors import MissingLibraryError

try:
    import keras_hub
except ModuleNotFoundError as error:
    if error.name != "keras_hub":
        raise
    raise MissingLibraryError(
        "The models named keras_hub/... need the library KerasHub, which is not installed. "
        "Install it with: pip install keras-hub"
    ) from error

__all__ = ["keras_hub"]
