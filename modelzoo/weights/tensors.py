"""The values of Keras variables by name, and as safetensors.

Nothing is ever unpickled, and no code is loaded from a file.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from modelzoo.errors import WeightsError
from modelzoo.storage import atomic_file

if TYPE_CHECKING:
    import keras

RESTORE = "Restore it from where it was copied."


def tensors_of(variables: Iterable[keras.Variable]) -> dict[str, np.ndarray]:
    """The values of Keras variables by their paths.

    Two variables of one path are told apart by ``#2``, ``#3`` in their order.

    Args:
        variables: Such as ``model.variables``.

    Returns:
        Arrays by name, in the variables' dtypes.
    """
    tensors: dict[str, np.ndarray] = {}
    for name, variable in named_variables(variables).items():
        tensors[name] = np.asarray(variable)
    return tensors


def named_variables(variables: Iterable[keras.Variable]) -> dict[str, keras.Variable]:
    """Variables by their paths, those of one path told apart by ``#2``, ``#3`` in their order."""
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
    named = named_variables(variables)
    wanted, offered = by_unnumbered_path(named), by_unnumbered_path(tensors)
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


def assign_to_model(model: keras.Model, tensors: Mapping[str, np.ndarray], *, source: str) -> None:
    """Give a model the values that :func:`tensors_of` took of its variables.

    Args:
        model: A model of the same kind; unchanged where an error is raised.
        tensors: Arrays by name.
        source: Where they come from; begins the error.

    Raises:
        WeightsError: As for :func:`assign_tensors`.
    """
    assign_tensors(model.variables, tensors, source=source)
    finalize_layers(model)


def finalize_layers(model: keras.Model) -> None:
    """Tell layers that compute with something derived from their variables to derive it anew.

    ``keras.layers.Normalization`` keeps what it has adapted to in variables and computes with
    constants, which an assignment does not reach.

    Args:
        model: A model whose variables were assigned.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Normalization()])
        >>> _ = model.layers[0].adapt_mean.assign([2.0])
        >>> finalize_layers(model)
        >>> float(model(np.array([[2.0]]))[0, 0])
        0.0
    """
    for layer in model._flatten_layers():
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def by_unnumbered_path(names: Iterable[str]) -> dict[str, list[str]]:
    """Names in groups that differ by the numbers that Keras gives, each in their order."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[re.sub(r"_\d+", "", name)].append(name)
    for group in groups.values():
        group.sort(key=lambda name: (_numbers(name), name))
    return dict(groups)


def _numbers(path: str) -> list[list[int]]:
    """The numbers in each part of a path: the first of many layers has none and sorts first."""
    return [[int(each) for each in re.findall(r"_(\d+)", part)] for part in path.split("/")]


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
        raise WeightsError(f"{path} can't be read: {error.strerror or error}. {RESTORE}") from error
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
