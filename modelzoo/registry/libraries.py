"""Libraries that code wants and that are not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from modelzoo.errors import MissingLibraryError, ModelZooError

# What is imported by another name than it is installed by; of others, pip takes either.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


@contextmanager
def named_libraries(reference: str, *, needed_by: str) -> Iterator[None]:
    """Name the library that is not installed, where the code inside comes to need it.

    What imports a library late fails late: a builder, a loader, a task or an exporter is called
    inside this, and so can be what calls somebody else's code of which the same is true.

    Args:
        reference: The code, ``"package.module"`` or ``"package.module:attribute"``. Where its own
            package lacks a module, that is a mistake in the package, and raised as it is.
        needed_by: What the code is for, such as ``"model 'acme_net'"``; begins the error.

    Raises:
        MissingLibraryError: The code has raised that a library is not installed, or another error
            because of that; the message has the command that installs it.

    Example:
        >>> try:
        ...     with named_libraries("acme_zoo.nets:build", needed_by="model 'acme_net'"):
        ...         import a_library_of_nobody
        ... except MissingLibraryError as error:
        ...     print(error)  # doctest: +NORMALIZE_WHITESPACE
        model 'acme_net' needs the library 'a_library_of_nobody', which is not installed.
        Install it, for example with: pip install a-library-of-nobody
    """
    try:
        yield
    except ModelZooError:
        raise
    except Exception as error:
        library = missing_library(error, reference)
        if not library:
            raise
        raise MissingLibraryError(
            f"{needed_by} needs the library {library!r}, which is not installed. "
            f"Install it, for example with: {install_command(library)}"
        ) from error


def missing_library(error: BaseException, wanted_by: str) -> str:
    """The library whose absence is the reason for an error; empty where that is not the reason.

    Args:
        error: What was raised, because of a missing library or because of another error
            (``__cause__``) that was.
        wanted_by: The module that was imported, or something in it, ``"module:object"``. Where
            its own package lacks a module, that is a mistake in the package and no library that
            is missing.

    Example:
        >>> missing_library(ModuleNotFoundError(name="a_library.part"), "acme_zoo.plugin")
        'a_library'
    """
    for each in _with_causes(error):
        if isinstance(each, ModuleNotFoundError) and each.name:
            library = _library(each.name)
            # A library that is there may lack a module, as an older version of it does, and to
            # install what has the first word of a namespace for a name would do harm.
            lacks_module = library != each.name and _is_there(library)
            if library != _library(wanted_by) and not lacks_module:
                return library
    return ""


def install_command(library: str) -> str:
    """The command that installs a library.

    Args:
        library: The name that it is imported by.

    Example:
        >>> install_command("tensorflow_datasets"), install_command("cv2")
        ('pip install tensorflow-datasets', 'pip install opencv-python-headless')
    """
    return f"pip install {_DISTRIBUTIONS.get(library, library.replace('_', '-'))}"


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))  # `raise error from error` is its own cause
        yield error
        error = error.__cause__


def _library(module: str) -> str:
    return module.partition(":")[0].partition(".")[0]


def _is_there(library: str) -> bool:
    return sys.modules.get(library) is not None or find_spec(library) is not None
