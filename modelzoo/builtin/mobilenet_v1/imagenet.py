"""ImageNet weights of MobileNet-v1, from the HDF5 files that Keras publishes.

A file has, in the attribute ``layer_names``, the names of its layers in order; each is a group
whose attribute ``weight_names`` lists its arrays in order. Only arrays are read: neither a model
nor code is made from what a file says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import WeightsError

__all__ = ["assign_layers", "load_imagenet", "read_layers"]

Layers = Sequence[tuple[str, Sequence[NDArray[np.float32]]]]


def load_imagenet(path: Path, model: keras.Model) -> None:
    """Load a published weight file of ``keras.applications.MobileNet``.

    Args:
        path: The file, with or without the classifier (``..._tf.h5``, ``..._tf_no_top.h5``).
        model: What :func:`modelzoo.get` builds of the same width; unchanged where an error is
            raised.

    Raises:
        WeightsError: The file is missing, truncated, not such a file, or of another network.
    """
    assign_layers(model, read_layers(path), source=str(path))


def read_layers(path: Path) -> list[tuple[str, list[NDArray[np.float32]]]]:
    """Read the arrays of a Keras HDF5 weight file.

    Args:
        path: The file, of weights alone or of a whole model.

    Returns:
        The layers that have weights, in order: each one's name and its arrays.

    Raises:
        WeightsError: The file can't be read, is not HDF5, or has another structure.
    """
    if not path.is_file():
        raise WeightsError(f"{path} can't be read: there is no such file.")
    try:
        with h5py.File(path, "r") as file:
            root = file if "layer_names" in file.attrs else file["model_weights"]
            layers = [(name, _arrays(root[name])) for name in _names(root, "layer_names")]
    except OSError as error:
        raise WeightsError(
            f"{path} ({path.stat().st_size} bytes) is not a whole HDF5 file: {error}. "
            "Download it again."
        ) from error
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{path} is HDF5, but not a Keras weight file: {error}. "
            "Expected one that keras.applications publishes for MobileNet, such as "
            "mobilenet_1_0_224_tf.h5."
        ) from error
    return [(name, arrays) for name, arrays in layers if arrays]


def _names(group: h5py.Group, attribute: str) -> list[str]:
    return [
        each.decode() if isinstance(each, bytes) else str(each) for each in group.attrs[attribute]
    ]


def _arrays(group: h5py.Group) -> list[NDArray[np.float32]]:
    return [np.asarray(group[name], np.float32) for name in _names(group, "weight_names")]


def assign_layers(model: keras.Model, layers: Layers, *, source: str) -> None:
    """Give a model the arrays of a ``keras.applications.MobileNet``, layer by layer in order.

    The classifier, a 1 x 1 convolution there and a dense layer here, is taken over where the
    model's head has as many outputs, and left as it is where the model has another head or none.

    Args:
        model: What :func:`modelzoo.get` builds; unchanged where an error is raised.
        layers: Names and arrays of the layers that have weights, with or without the classifier.
        source: Where they come from; begins the error.

    Raises:
        WeightsError: Other layers or shapes than those of the model, or values that are not
            finite.
    """
    backbone = model.get_layer("backbone")
    targets = [layer for layer in backbone.layers if layer.weights]
    if len(layers) not in (len(targets), len(targets) + 1):
        raise WeightsError(
            f"{source} does not belong to this model: it has {len(layers)} layers with weights, "
            f"expected {len(targets)}, or {len(targets) + 1} with the classifier."
        )
    chosen: list[tuple[keras.Variable, NDArray[np.float32]]] = []
    for target, (name, arrays) in zip(targets, layers, strict=False):
        _check_shapes(source, name, arrays, [tuple(each.shape) for each in target.weights])
        chosen += zip(target.weights, arrays, strict=True)
    for name, arrays in layers[len(targets) :]:
        features = backbone.output_shape[-1]
        classes = arrays[0].shape[-1:]
        _check_shapes(source, name, arrays, [(1, 1, features, *classes), classes])
        head = [layer for layer in model.layers if layer.name == "logits"]
        if head and (head[0].units,) == classes:
            kernel, bias = arrays
            chosen += zip(head[0].weights, (kernel[0, 0], bias), strict=True)
    if not all(np.isfinite(array).all() for _, array in chosen):
        raise WeightsError(f"{source} is damaged: it has values that are NaN or infinite.")
    for variable, array in chosen:
        variable.assign(array)


def _check_shapes(
    source: str,
    name: str,
    arrays: Sequence[NDArray[np.float32]],
    expected: Sequence[tuple[int, ...]],
) -> None:
    shapes = [array.shape for array in arrays]
    if shapes != list(expected):
        raise WeightsError(
            f"{source} does not belong to this model: layer {name!r} has weights of shape "
            f"{', '.join(map(str, shapes))}, expected {', '.join(map(str, expected))}. "
            "A published file is for one width (alpha) and images of 3 channels."
        )
