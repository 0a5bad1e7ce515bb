"""Weights by the name that a spec gives them, or from a run or a file."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.errors import DownloadError, ModelZooError, WeightsError
from modelzoo.registry import ModelSpec, WeightsSpec, load_reference, named_libraries
from modelzoo.weights.saved import WEIGHTS_FILE, read_saved
from modelzoo.weights.tensors import assign_to_model, by_unnumbered_path, named_variables

if TYPE_CHECKING:
    import keras

# Of a dense head, as all built-in tasks have it.
_HEAD_PATHS = ("logits/kernel", "logits/bias")

_PLUGIN = "This is a mistake of the plugin; tell its author."


def load_named_weights(model: keras.Model, weights: str | Path, *, spec: ModelSpec) -> None:
    """Load published weights by their name, or weights from a file or run folder.

    Where the head of a run's or a file's weights does not fit the model's, or one of the two has
    none, the backbone alone is taken over.

    Args:
        model: The built model; unchanged where an error is raised.
        weights: A name of ``spec.weights``, the path of a run folder or of a
            ``weights.safetensors``, or the path of a local copy of a published file, or of the
            folder that the publisher's own library fetches.
        spec: The model's spec.

    Raises:
        WeightsError: There are no such weights, or they do not fit, or the publisher's code made
            a mistake.
        DownloadError: The file can't be fetched.
        MissingLibraryError: A library that fetches or reads them is not installed.
    """
    if not isinstance(weights, str | os.PathLike):
        raise WeightsError(f"weights is {weights!r}, expected a name or a path.")
    published = {each.name: each for each in spec.weights}
    path = Path(weights).expanduser()
    if str(weights) in published:
        chosen = published[str(weights)]
        _convert(chosen, _fetched(chosen, spec), model)
    elif path.is_dir() and not _is_saved(path) and (fetched := _that_are_fetched(spec)):
        _convert(fetched[0], path, model)
    elif path.is_dir() or path.suffix == ".safetensors":
        file, tensors = read_saved(path)
        _assign_what_fits(model, tensors, source=str(file))
    elif path.is_file() and published:
        _convert(next(iter(published.values())), path, model)
    elif path.is_file():
        raise WeightsError(
            f"{path} can't be loaded into {spec.name!r}, which has no published weights. "
            "Expected a run folder or a weights.safetensors."
        )
    else:
        names = ", ".join(repr(name) for name in published) or "none"
        raise WeightsError(
            f"Model {spec.name!r} has no weights {str(weights)!r}, and there is no such file or "
            f"folder. Published weights of this model: {names}."
        )


def _is_saved(folder: Path) -> bool:
    """Whether it is a run's folder, or another one with weights of ours."""
    return any((folder / name).exists() for name in ("run.json", WEIGHTS_FILE))


def _that_are_fetched(spec: ModelSpec) -> list[WeightsSpec]:
    return [each for each in spec.weights if each.fetcher]


def _assign_what_fits(
    model: keras.Model, tensors: Mapping[str, np.ndarray], *, source: str
) -> None:
    try:
        assign_to_model(model, tensors, source=source)
    except WeightsError:
        backbone = model.get_layer("backbone")
        # What a deeper backbone has more must not pass for a head, so heads are known by name.
        heads = {*by_unnumbered_path(named_variables(model.variables)), *_HEAD_PATHS}
        heads -= set(by_unnumbered_path(named_variables(backbone.variables)))
        kept = {
            name: tensors[name]
            for path, names in by_unnumbered_path(tensors).items()
            if path not in heads
            for name in names
        }
        assign_to_model(backbone, kept, source=source)


def _fetched(weights: WeightsSpec, spec: ModelSpec) -> Path:
    if weights.fetcher:
        return _fetched_by_publisher(weights, spec)
    if not weights.sha256:
        raise WeightsError(
            f"Weights {weights.name!r} of {spec.name!r} have no known hash, so they are not "
            f"downloaded. Download {weights.url} yourself and pass weights='PATH/OF/THE/FILE'."
        )
    from modelzoo.data.download import fetch

    return fetch(weights.url, sha256=weights.sha256, folder="weights")


def _fetched_by_publisher(weights: WeightsSpec, spec: ModelSpec) -> Path:
    what = f"Weights {weights.name!r} of {spec.name!r}"
    needed_by = f"weights {weights.name!r}"
    fetcher = load_reference(weights.fetcher, needed_by=needed_by)
    try:
        with named_libraries(weights.fetcher, needed_by=needed_by):
            path = fetcher(weights)
    except ModelZooError:
        raise
    except OSError as error:
        # As the network and the disk fail, and what libraries for downloads derive their own from.
        raise DownloadError(
            f"{what} can't be fetched by {weights.fetcher!r}: {type(error).__name__}: {error}. "
            "Try again, or download them yourself and pass weights='PATH'."
        ) from error
    except Exception as error:
        raise WeightsError(
            f"{what} can't be fetched: {weights.fetcher!r} raised {type(error).__name__}: {error}. "
            f"{_PLUGIN}"
        ) from error
    if not isinstance(path, str | os.PathLike):
        raise WeightsError(
            f"{what} can't be loaded: {weights.fetcher!r} returned {reprlib.repr(path)}, expected "
            f"the path of a file or folder. {_PLUGIN}"
        )
    if not Path(path).exists():
        raise WeightsError(
            f"{what} can't be loaded: {weights.fetcher!r} returned {str(path)!r}, where there is "
            f"no file or folder. {_PLUGIN}"
        )
    return Path(path)


def _convert(weights: WeightsSpec, path: Path, model: keras.Model) -> None:
    needed_by = f"weights {weights.name!r}"
    converter = load_reference(weights.converter, needed_by=needed_by)
    try:
        with named_libraries(weights.converter, needed_by=needed_by):
            converter(path, model)
    except ModelZooError:
        raise
    except Exception as error:
        raise WeightsError(
            f"{path} can't be loaded as weights {weights.name!r}: {weights.converter!r} raised "
            f"{type(error).__name__}: {error}. The file is damaged or of another model, or the "
            "plugin has a mistake; then tell its author."
        ) from error
