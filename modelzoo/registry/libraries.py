"""Libraries that code wants and that are not installed."""

from __future__ import annotations

# What is imported by another name than it is installed by; of others, pip takes either.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


def missing_library(error: BaseException, wanted_by: str) -> str:
    """The library whose absence is the reason for an error; empty where that is not the reason.

    Args:
        error: What was raised.
        wanted_by: The module that was imported, or something in it, ``"module:object"``. Where
            its own package lacks a module, that is a mistake in the package and no library that
            is missing.

    Example:
        >>> missing_library(ModuleNotFoundError(name="cv2.dnn"), "acme_zoo.plugin")
        'cv2'
    """
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    library = _library(error.name)
    return "" if library == _library(wanted_by) else library


def install_command(library: str) -> str:
    """The command that installs a library.

    Args:
        library: The name that it is imported by.

    Example:
        >>> install_command("tensorflow_datasets"), install_command("cv2")
        ('pip install tensorflow-datasets', 'pip install opencv-python-headless')
    """
    return f"pip install {_DISTRIBUTIONS.get(library, library.replace('_', '-'))}"


def _library(module: str) -> str:
    return module.partition(":")[0].partition(".")[0]
