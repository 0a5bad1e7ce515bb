"""Every error the package raises, one class per situation.

Each message says what was received, what was expected and what to do next. Every error is a
:class:`ModelZooError` and also the built-in error that a caller would expect.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousNameError",
    "ArrayError",
    "BadImageError",
    "CheckpointError",
    "ConfigError",
    "ConformanceError",
    "DatasetError",
    "DownloadError",
    "ExportError",
    "HeavyImportError",
    "IncompatibleError",
    "InvalidSpecError",
    "LabelError",
    "MissingLibraryError",
    "ModelZooError",
    "NonFiniteLossError",
    "OptionError",
    "PluginError",
    "PluginWarning",
    "ReferenceLoadError",
    "RunError",
    "RunVersionError",
    "StorageError",
    "TrainingInterrupted",
    "UnknownNameError",
    "WeightsError",
]


class ModelZooError(Exception):
    """What all errors of this package have in common."""


class UnknownNameError(ModelZooError, LookupError):
    """No registered model, dataset, task, recipe or exporter has this name."""


class AmbiguousNameError(ModelZooError, LookupError):
    """Two plugins claim a bare name; the message lists the full names to choose from."""


class InvalidSpecError(ModelZooError, ValueError):
    """A field of a spec is wrong, or a plugin returned something that is not a spec."""


class PluginError(ModelZooError, RuntimeError):
    """A plugin failed and ``MODELZOO_STRICT_PLUGINS=1`` asks for an error instead of a warning."""


class PluginWarning(UserWarning):
    """A plugin failed and was left out; everything else works."""


class HeavyImportError(ModelZooError, ImportError):
    """A plugin imported a heavy library while it was asked what it offers."""


class MissingLibraryError(ModelZooError, ImportError):
    """A library that only some users need is not installed; the message names the command."""


class ReferenceLoadError(ModelZooError, ImportError):
    """The code that a spec names by a string can't be imported."""


class IncompatibleError(ModelZooError, ValueError):
    """A model, a task and a dataset do not fit together."""


class OptionError(ModelZooError, ValueError):
    """An option of a model or a dataset is unknown or has an unusable value."""


class ConformanceError(ModelZooError, AssertionError):
    """A conformance check failed, or nothing was checked; the message has the report."""


class ConfigError(ModelZooError, ValueError):
    """A training setting is unknown or has an unusable value."""


class DatasetError(ModelZooError, ValueError):
    """The data are not where they should be, or not what they should be."""


class BadImageError(DatasetError):
    """An image file can't be decoded; the message has its path."""


class LabelError(DatasetError):
    """Labels do not have the shape, type or range that the task needs."""


class ArrayError(ModelZooError, ValueError):
    """Images given as an array have a wrong shape, dtype or value."""


class DownloadError(ModelZooError, OSError):
    """A file can't be fetched, or does not have the hash it should have."""


class WeightsError(ModelZooError, ValueError):
    """A weights file is missing, damaged, altered, or belongs to another model."""


class CheckpointError(ModelZooError, ValueError):
    """A checkpoint is missing, damaged, altered, or belongs to another training."""


class RunError(ModelZooError, ValueError):
    """A folder is not a run, or a run that is damaged or not finished."""


class RunVersionError(RunError):
    """A run folder was written in a format that this version does not read."""


class StorageError(ModelZooError, OSError):
    """A file or folder can't be written: disk full, read-only, no permission."""


class ExportError(ModelZooError, RuntimeError):
    """An export failed, or its outputs differ from those of the Keras model."""


class NonFiniteLossError(ModelZooError, ArithmeticError):
    """The loss became NaN or infinite; the last good checkpoint is kept.

    Attributes:
        epoch: The epoch, counted from 1.
        step: The step since the training began, counted from 1.
    """

    def __init__(self, message: str, *, epoch: int, step: int) -> None:
        super().__init__(message)
        self.epoch = epoch
        self.step = step


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C ended a training after a checkpoint was saved.

    A :class:`KeyboardInterrupt`, so that ``except Exception`` does not swallow the user's wish.

    Attributes:
        folder: The run's folder, to be given to ``Trainer.resume``.
    """

    def __init__(self, message: str, *, folder: str) -> None:
        super().__init__(message)
        self.folder = folder
