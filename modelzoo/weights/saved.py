"""Trained weights as the zoo saves them: safetensors beside a JSON that says what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modelzoo.errors import WeightsError
from modelzoo.storage import write_json
from modelzoo.weights.tensors import (
    RESTORE,
    assign_to_model,
    read_tensors,
    tensors_of,
    write_tensors,
)

if TYPE_CHECKING:
    import keras

FORMAT = 1
WEIGHTS_FILE = "weights.safetensors"


def save_weights(folder: Path, model: keras.Model, description: Mapping[str, Any]) -> None:
    """Write ``weights.safetensors`` and ``weights.json`` into a folder.

    Args:
        folder: An existing folder.
        model: The model.
        description: What a person and :func:`read_weights` want to know of it.

    Raises:
        StorageError: It can't be written.
    """
    digest = write_tensors(folder / WEIGHTS_FILE, tensors_of(model.variables))
    write_json(folder / "weights.json", {"format": FORMAT, "sha256": digest, **description})


def read_weights(path: Path, model: keras.Model) -> None:
    """Load what :func:`save_weights` wrote.

    Args:
        path: The folder, or the ``weights.safetensors`` in it with its JSON beside it.
        model: A model of the same kind; unchanged where an error is raised.

    Raises:
        WeightsError: The files are missing, truncated, altered, or those of another model.
    """
    file, tensors = read_saved(path)
    assign_to_model(model, tensors, source=str(file))


def read_saved(path: Path) -> tuple[Path, dict[str, np.ndarray]]:
    """Read trained weights as the zoo saves them, without a model.

    Args:
        path: The folder, or the ``weights.safetensors`` in it with its JSON beside it.

    Returns:
        The file, and the arrays in it by name, which are those that were saved.

    Raises:
        WeightsError: The files are missing, truncated or altered.

    Example:
        >>> import tempfile
        >>> import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> folder = Path(tempfile.mkdtemp())
        >>> save_weights(folder, model, {"model": "an example"})
        >>> file, arrays = read_saved(folder)
        >>> file.name, sorted(array.shape for array in arrays.values())
        ('weights.safetensors', [(1,), (2, 1)])
    """
    file = path / WEIGHTS_FILE if path.is_dir() else path
    about = file.with_suffix(".json")
    try:
        described = json.loads(about.read_text(encoding="utf-8"))
        digest = described["sha256"]
        version = described["format"]
    except OSError as error:
        raise WeightsError(
            f"{about} can't be read: {error.strerror or error}. Weights are two files, "
            f"{file.name} and {about.name}, side by side."
        ) from error
    except ValueError as error:
        raise WeightsError(
            f"{about} is damaged: it can't be read as JSON ({error}). {RESTORE}"
        ) from error
    except (KeyError, TypeError) as error:
        raise WeightsError(
            f"{about} is damaged: it does not say its format and the hash of the weights. {RESTORE}"
        ) from error
    if version != FORMAT:
        raise WeightsError(
            f"{about} has format {version!r}, this version reads {FORMAT}. Update tf-modelzoo."
        )
    return file, read_tensors(file, sha256=digest)
