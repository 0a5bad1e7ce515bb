"""Trained weights: safetensors beside a JSON that says what they are, and published files.

Nothing is ever unpickled, and no code is loaded from a file.
"""

from modelzoo.weights.keras_download import fetch_keras_file
from modelzoo.weights.keras_hdf5 import (
    KerasLayers,
    assign_keras_layers,
    load_keras_file,
    read_keras_layers,
)
from modelzoo.weights.published import load_named_weights
from modelzoo.weights.saved import (
    FORMAT,
    WEIGHTS_FILE,
    read_saved,
    read_weights,
    save_weights,
)
from modelzoo.weights.tensors import (
    assign_tensors,
    assign_to_model,
    finalize_layers,
    read_tensors,
    tensors_of,
    write_tensors,
)

__all__ = [
    "FORMAT",
    "WEIGHTS_FILE",
    "KerasLayers",
    "assign_keras_layers",
    "assign_tensors",
    "assign_to_model",
    "fetch_keras_file",
    "finalize_layers",
    "load_keras_file",
    "load_named_weights",
    "read_keras_layers",
    "read_saved",
    "read_tensors",
    "read_weights",
    "save_weights",
    "tensors_of",
    "write_tensors",
]
