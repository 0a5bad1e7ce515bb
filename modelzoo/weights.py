"""Trained weights: safetensors beside a JSON that says what they are.

Nothing is ever unpickled, and no code is loaded from a file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modelzoo.errors import WeightsError
from modelzoo.registry import ModelSpec, WeightsSpec, load_reference
from modelzoo.storage import atomic_file, write_json

if TYPE_CHECKING:
    import keras

__all__ = [
    "assign_tensors",
    "load_named_weights",
    "read_tensors",
    "read_weights",
    "save_weights",
    "tensors_of",
    "write_tensors",
]

FORMAT = 1
WEIGHTS_FILE = "weights.safetensors"

# Of a dense head, as all built-in tasks have it.
_HEAD_PATHS = ("logits/kernel", "logits/bias")

_RESTORE = "Restore it from where it was copied."


def tensors_of(variables: Iterable[keras.Variable]) -> dict[str, np.ndarray]:
    """The values of Keras variables by their paths.

    Two variables of one path are told apart by ``#2``, ``#3`` in their order.

    Args:
        variables: Such as ``model.variables``.

    Returns:
        Arrays by name, in the variables' dtypes.
    """
    tensors: dict[str, np.ndarray] = {}
    for name, variable in _named(variables).items():
        tensors[name] = np.asarray(variable)
    return tensors


def _named(variables: Iterable[keras.Variable]) -> dict[str, keras.Variable]:
    named: dict[str, keras.Variable] = {}
    for variable in variables:
        name, count = variable.path, 1
        while name in named:
            count += 1
            name = f"{variable.path}#{count}"
        named[name] = variable
    return named


def assign_tensors(
    variables: Iterable[keras.Variable], tensors: Mapping[str, np.ndarray], *, source: str
) -> None:
    """Give Keras variables the values that :func:`tensors_of` took.

    Keras numbers what has no name of its own through the life of a process: the same code makes
    ``dense`` first and ``dense_7`` later. So paths are compared without such numbers, and those
    that are the same then are told apart by the order of their numbers.

    Args:
        variables: Variables of the same paths and shapes as those that were saved.
        tensors: Arrays by name.
        source: Where they come from; begins the error.

    Raises:
        WeightsError: A tensor is missing, too many, or of another shape; nothing was assigned.
    """
    named = _named(variables)
    wanted, offered = _by_unnumbered_path(named), _by_unnumbered_path(tensors)
    differing = [
        path
        for path in sorted({*wanted, *offered})
        if len(wanted.get(path, ())) != len(offered.get(path, ()))
    ]
    if differing:
        ours, theirs = wanted.get(differing[0], []), offered.get(differing[0], [])
        missing = next((name for name in ours if name not in theirs), None)
        extra = next((name for name in theirs if name not in ours), None)
        which = f"has no {missing!r}" if missing else f"has {extra!r}, which is unknown here"
        raise WeightsError(
            f"{source} does not belong to this model: it {which} ({len(tensors)} tensors, "
            f"expected {len(named)}). Use the model it was saved from."
        )
    pairs = [
        (named[ours], name, tensors[name])
        for path in wanted
        for ours, name in zip(wanted[path], offered[path], strict=True)
    ]
    for variable, name, tensor in pairs:
        if tuple(tensor.shape) != tuple(variable.shape):
            raise WeightsError(
                f"{source} does not belong to this model: {name!r} has shape "
                f"{tuple(tensor.shape)}, expected {tuple(variable.shape)}. "
                "Use the model it was saved from."
            )
    for variable, _, tensor in pairs:
        variable.assign(tensor)


def _by_unnumbered_path(names: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[re.sub(r"_\d+", "", name)].append(name)
    for group in groups.values():
        group.sort(key=lambda name: ([int(each) for each in re.findall(r"_(\d+)", name)], name))
    return dict(groups)


def write_tensors(path: Path, tensors: Mapping[str, np.ndarray]) -> str:
    """Write arrays as safetensors.

    Args:
        path: The file, replaced atomically.
        tensors: Arrays by name.

    Returns:
        The file's SHA-256.

    Raises:
        StorageError: It can't be written.
    """
    from safetensors.numpy import save

    data = save({name: np.asarray(each, order="C") for name, each in tensors.items()})
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_tensors(path: Path, *, sha256: str) -> dict[str, np.ndarray]:
    """Read arrays from safetensors.

    Args:
        path: The file.
        sha256: The hash it had when it was written.

    Returns:
        Arrays by name.

    Raises:
        WeightsError: The file is missing, truncated, altered, or not safetensors.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"{path} can't be read: {error.strerror or error}. {_RESTORE}"
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError(
            f"{path} ({len(data)} bytes) is not the file that was written: its SHA-256 differs. "
            "It is truncated or was altered; restore it from where it was copied."
        )
    try:
        tensors: dict[str, np.ndarray] = load(data)
    except SafetensorError as error:
        raise WeightsError(f"{path} is not a safetensors file: {error}.") from error
    return tensors


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
    file, tensors = _read_saved(path)
    assign_tensors(model.variables, tensors, source=str(file))


def _read_saved(path: Path) -> tuple[Path, dict[str, np.ndarray]]:
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
            f"{about} is damaged: it can't be read as JSON ({error}). {_RESTORE}"
        ) from error
    except (KeyError, TypeError) as error:
        raise WeightsError(
            f"{about} is damaged: it does not say its format and the hash of the weights. "
            f"{_RESTORE}"
        ) from error
    if version != FORMAT:
        raise WeightsError(
            f"{about} has format {version!r}, this version reads {FORMAT}. Update tf-modelzoo."
        )
    return file, read_tensors(file, sha256=digest)


def load_named_weights(model: keras.Model, weights: str | Path, *, spec: ModelSpec) -> None:
    """Load published weights by their name, or weights from a file or run folder.

    Where the head of a run's or a file's weights does not fit the model's, or one of the two has
    none, the backbone alone is taken over.

    Args:
        model: The built model; unchanged where an error is raised.
        weights: A name of ``spec.weights``, the path of a run folder or of a
            ``weights.safetensors``, or the path of a local copy of a published file.
        spec: The model's spec.

    Raises:
        WeightsError: There are no such weights, or they do not fit.
        DownloadError: The file can't be fetched.
    """
    if not isinstance(weights, str | os.PathLike):
        raise WeightsError(f"weights is {weights!r}, expected a name or a path.")
    published = {each.name: each for each in spec.weights}
    path = Path(weights).expanduser()
    if str(weights) in published:
        chosen = published[str(weights)]
        _convert(chosen, _fetched(chosen, spec), model)
    elif path.is_dir() or path.suffix == ".safetensors":
        file, tensors = _read_saved(path)
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


def _assign_what_fits(
    model: keras.Model, tensors: Mapping[str, np.ndarray], *, source: str
) -> None:
    try:
        assign_tensors(model.variables, tensors, source=source)
    except WeightsError:
        backbone = model.get_layer("backbone").variables
        # What a deeper backbone has more must not pass for a head, so heads are known by name.
        heads = {*_by_unnumbered_path(_named(model.variables)), *_HEAD_PATHS}
        heads -= set(_by_unnumbered_path(_named(backbone)))
        kept = {
            name: tensors[name]
            for path, names in _by_unnumbered_path(tensors).items()
            if path not in heads
            for name in names
        }
        assign_tensors(backbone, kept, source=source)


def _fetched(weights: WeightsSpec, spec: ModelSpec) -> Path:
    if weights.fetcher:
        fetcher = load_reference(weights.fetcher, needed_by=f"weights {weights.name!r}")
        return Path(fetcher(weights))
    if not weights.sha256:
        raise WeightsError(
            f"Weights {weights.name!r} of {spec.name!r} have no known hash, so they are not "
            f"downloaded. Download {weights.url} yourself and pass weights='PATH/OF/THE/FILE'."
        )
    from modelzoo.data.download import fetch

    return fetch(weights.url, sha256=weights.sha256, folder="weights")


def _convert(weights: WeightsSpec, path: Path, model: keras.Model) -> None:
    load_reference(weights.converter, needed_by=f"weights {weights.name!r}")(path, model)
