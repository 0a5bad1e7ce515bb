"""The HDF5 weight files that Keras publishes for ``keras.applications``, and models of them.

A file has, in the attribute ``layer_names``, the names of its layers in order; each is a group
whose attribute ``weight_names`` lists its arrays in order. Only arrays are read: neither a model
nor code is made from what a file says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import WeightsError
from modelzoo.weights.tensors import finalize_layers

if TYPE_CHECKING:
    import keras

__all__ = ["KerasLayers", "assign_keras_layers", "load_keras_file", "read_keras_layers"]

KerasLayers: TypeAlias = Sequence[tuple[str, Sequence[NDArray[np.float32]]]]


def load_keras_file(path: Path, model: keras.Model) -> None:
    """Load a weight file of a network of ``keras.applications``; a converter of published weights.

    Args:
        path: The file, with or without the classifier.
        model: What :func:`modelzoo.get` builds, with a backbone of the layers of the network up to
            its classifier; unchanged where an error is raised. The classifier is taken over where
            the model's head has as many outputs.

    Raises:
        WeightsError: The file is missing, truncated, not such a file, or of another network.
    """
    assign_keras_layers(
        model,
        read_keras_layers(path),
        source=str(path),
        advice="A published file is for one network with its options, such as its width, and for "
        "images of 3 channels.",
    )


def read_keras_layers(path: Path) -> list[tuple[str, list[NDArray[np.float32]]]]:
    """Read the arrays of a Keras HDF5 weight file.

    Args:
        path: The file, of weights alone or of a whole model.

    Returns:
        Name and arrays of each layer that has weights, in their order.

    Raises:
        WeightsError: The file can't be read, is not HDF5, or has another structure.
    """
    import h5py

    if not path.is_file():
        raise WeightsError(f"{path} can't be read: there is no such file.")
    try:
        with h5py.File(path, "r") as file:
            root = _member(file, "model_weights") if "model_weights" in file else file
            layers = [(name, _arrays(_member(root, name))) for name in _names(root, "layer_names")]
    except OSError as error:
        raise WeightsError(
            f"{path} ({path.stat().st_size} bytes) is not a whole HDF5 file: {error}. "
            "Download it again."
        ) from error
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{path} is HDF5, but not a Keras weight file: {error}. "
            "Expected one that keras.applications publishes, such as mobilenet_1_0_224_tf.h5."
        ) from error
    return [(name, arrays) for name, arrays in layers if arrays]


def _names(group: Any, attribute: str) -> list[str]:
    if attribute in group.attrs:
        names = list(group.attrs[attribute])
    else:
        # What does not fit into one attribute is in several, with numbers.
        names, count = [*group.attrs[f"{attribute}0"]], 1
        while f"{attribute}{count}" in group.attrs:
            names += [*group.attrs[f"{attribute}{count}"]]
            count += 1
    return [each.decode() if isinstance(each, bytes) else str(each) for each in names]


def _arrays(group: Any) -> list[NDArray[np.float32]]:
    arrays = []
    for name in _names(group, "weight_names"):
        dataset = _member(group, name)
        if dataset.external or dataset.is_virtual:
            raise ValueError(f"{dataset.name!r} has its values in another file")
        if dataset.compression is None and dataset.id.get_storage_size() < dataset.nbytes:
            raise ValueError(f"{dataset.name!r} has no values")
        arrays.append(np.asarray(dataset, np.float32))
    return arrays


def _member(group: Any, path: str) -> Any:
    import h5py

    for name in path.split("/"):
        # It could lead out of the file.
        if isinstance(group.get(name, getlink=True), h5py.SoftLink | h5py.ExternalLink):
            raise ValueError(f"{path!r} is a link")
        group = group[name]
    return group


def assign_keras_layers(
    model: keras.Model, layers: KerasLayers, *, source: str, advice: str = ""
) -> None:
    """Give a model the arrays of a network of ``keras.applications``, layer by layer in order.

    The classifier, a dense layer or a 1 x 1 convolution there and a dense layer here, is taken
    over where the model's head has as many outputs, and left as it is where the model has another
    head or none.

    Args:
        model: What :func:`modelzoo.get` builds, with a backbone of the layers of the network up to
            its classifier; unchanged where an error is raised.
        layers: Names and arrays of the layers that have weights, with or without the classifier; a
            model within the network is one of its layers.
        source: Where they come from; begins the error.
        advice: What to say of layers or shapes that do not fit; ends the error.

    Raises:
        WeightsError: Other layers or shapes than those of the model, or values that are not
            finite.
    """
    backbone = model.get_layer("backbone")
    targets = [layer for layer in backbone.layers if layer.weights]
    if len(layers) not in (len(targets), len(targets) + 1):
        _refuse(
            f"{source} does not belong to this model: it has {len(layers)} layers with weights, "
            f"expected {len(targets)}, or {len(targets) + 1} with the classifier.",
            advice,
        )
    chosen: list[tuple[keras.Variable, NDArray[np.float32]]] = []
    for target, (name, arrays) in zip(targets, layers, strict=False):
        # The order of Keras's files, of a model within the network too.
        variables = target.trainable_weights + target.non_trainable_weights
        expected = [tuple(each.shape) for each in variables]
        _check_shapes(source, name, arrays, expected, advice)
        chosen += zip(variables, arrays, strict=True)
    for name, arrays in layers[len(targets) :]:
        features, classes = backbone.output_shape[-1], arrays[0].shape[-1:]
        window = (1, 1) if arrays[0].ndim == 4 else ()
        _check_shapes(source, name, arrays, [(*window, features, *classes), classes], advice)
        head = [layer for layer in model.layers if layer.name == "logits"]
        if head and (head[0].units,) == classes:
            kernel, bias = arrays
            chosen += zip(head[0].weights, (kernel.reshape(features, *classes), bias), strict=True)
    if not all(np.isfinite(array).all() for _, array in chosen):
        raise WeightsError(f"{source} is damaged: it has values that are NaN or infinite.")
    for variable, array in chosen:
        variable.assign(array)
    finalize_layers(model)


def _check_shapes(
    source: str,
    name: str,
    arrays: Sequence[NDArray[np.float32]],
    expected: Sequence[tuple[int, ...]],
    advice: str,
) -> None:
    shapes = [array.shape for array in arrays]
    if shapes != list(expected):
        _refuse(
            f"{source} does not belong to this model: layer {name!r} has weights of shape "
            f"{', '.join(map(str, shapes))}, expected {', '.join(map(str, expected))}.",
            advice,
        )


def _refuse(message: str, advice: str) -> NoReturn:
    raise WeightsError(f"{message} {advice}".rstrip())
