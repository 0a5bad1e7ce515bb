"""A model zoo that anyone can extend.

Names are listed without importing TensorFlow; it is imported when something is built.

Example:
    >>> import modelzoo
    >>> "mobilenet_v1_mini" in modelzoo.list_models(task="binary")
    True
"""

import importlib
from typing import TYPE_CHECKING, Any

from modelzoo.registry import (
    DatasetSpec,
    ExporterSpec,
    Family,
    ModelSpec,
    RecipeSpec,
    TaskSpec,
    WeightsSpec,
    find,
    hookimpl,
    list_datasets,
    list_exporters,
    list_families,
    list_models,
    list_plugins,
    list_recipes,
    list_tasks,
)
from modelzoo.version import __version__

if TYPE_CHECKING:
    from modelzoo.compose import get
    from modelzoo.data import ArraySplit, Dataset, FileSplit, load_dataset
    from modelzoo.inference import Exporter, Prediction, Predictor
    from modelzoo.task import Task
    from modelzoo.training import Run, TrainConfig, Trainer, list_runs

# Resolved on first use, because each of them imports NumPy, Keras or TensorFlow.
_LAZY = {
    "ArraySplit": "modelzoo.data",
    "Dataset": "modelzoo.data",
    "Exporter": "modelzoo.inference",
    "FileSplit": "modelzoo.data",
    "Prediction": "modelzoo.inference",
    "Predictor": "modelzoo.inference",
    "Run": "modelzoo.training",
    "Task": "modelzoo.task",
    "TrainConfig": "modelzoo.training",
    "Trainer": "modelzoo.training",
    "get": "modelzoo.compose",
    "list_runs": "modelzoo.training",
    "load_dataset": "modelzoo.data",
}

__all__ = [
    "ArraySplit",
    "Dataset",
    "DatasetSpec",
    "Exporter",
    "ExporterSpec",
    "Family",
    "FileSplit",
    "ModelSpec",
    "Prediction",
    "Predictor",
    "RecipeSpec",
    "Run",
    "Task",
    "TaskSpec",
    "TrainConfig",
    "Trainer",
    "WeightsSpec",
    "__version__",
    "find",
    "get",
    "hookimpl",
    "list_datasets",
    "list_exporters",
    "list_families",
    "list_models",
    "list_plugins",
    "list_recipes",
    "list_runs",
    "list_tasks",
    "load_dataset",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(importlib.import_module(_LAZY[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
