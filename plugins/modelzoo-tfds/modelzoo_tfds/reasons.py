"""What errors of TensorFlow Datasets say, and the libraries that they miss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from modelzoo.errors import MissingLibraryError, ModelZooError

__all__ = ["missing_library", "named_libraries", "one_line"]

# How TensorFlow Datasets begins its errors: with a copy of what it was called with.
_PREAMBLE = re.compile(r'^Failed to construct dataset ".*?", builder_kwargs ".*?": ', re.DOTALL)

# What sets import by another name than it is installed by; of others, pip takes either.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
}


def one_line(error: BaseException) -> str:
    r"""What an error of TensorFlow Datasets says, as one sentence.

    Example:
        >>> one_line(ValueError("No such\nconfig."))
        'No such config.'
    """
    text = " ".join(_PREAMBLE.sub("", str(error)).split()) or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def missing_library(error: ImportError) -> MissingLibraryError:
    """The error for a person that stands for a library that can't be imported.

    Example:
        >>> print(missing_library(ModuleNotFoundError(name="cv2.dnn")))
        TensorFlow Datasets needs 'cv2' for this set. Install it with: pip install opencv-python
    """
    # Where TensorFlow Datasets has raised it again, only the first has the name.
    cause: BaseException | None = error
    library = ""
    while cause is not None and not library:
        if isinstance(cause, ModuleNotFoundError):
            library = (cause.name or "").partition(".")[0]
        cause = cause.__cause__
    if not library:
        return MissingLibraryError(
            "A library that TensorFlow Datasets needs for this set can't be imported: "
            f"{one_line(error)}"
        )
    return MissingLibraryError(
        f"TensorFlow Datasets needs {library!r} for this set. Install it with: "
        f"pip install {_DISTRIBUTIONS.get(library, library.replace('_', '-'))}"
    )


@contextmanager
def named_libraries() -> Iterator[None]:
    """Name the library that is not installed, wherever the code inside comes to need it.

    TensorFlow Datasets imports most of what it needs only when that is used.

    Raises:
        MissingLibraryError: The code has raised an ImportError; the message says what to install.

    Example:
        >>> try:
        ...     with named_libraries():
        ...         import a_library_of_nobody
        ... except MissingLibraryError as error:
        ...     print(error)  # doctest: +ELLIPSIS
        TensorFlow Datasets needs 'a_library_of_nobody' for this set. Install it with: ...
    """
    try:
        yield
    except ModelZooError:
        raise
    except ImportError as error:
        raise missing_library(error) from error
