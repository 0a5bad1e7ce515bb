"""From the string in a spec to the code that it names."""

from __future__ import annotations

import importlib
from functools import reduce
from typing import Any

from modelzoo.errors import ModelZooError, ReferenceLoadError
from modelzoo.registry.libraries import named_libraries


def load_reference(reference: str, *, needed_by: str) -> Any:
    """Import the object that ``"package.module:attribute"`` names.

    Args:
        reference: The string of a spec.
        needed_by: What the object is for, such as ``"model 'acme_net'"``; goes into the error.

    Returns:
        The object.

    Raises:
        MissingLibraryError: A library that the code imports is not installed.
        ReferenceLoadError: The module does not exist or fails, or has no such attribute.

    Example:
        >>> load_reference("json:dumps", needed_by="an example")([1])
        '[1]'
    """
    module_name, _, attribute = reference.partition(":")
    try:
        with named_libraries(module_name, needed_by=needed_by):
            return reduce(getattr, attribute.split("."), importlib.import_module(module_name))
    except ModelZooError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(reference, needed_by, error) from error


def _failed(reference: str, needed_by: str, error: BaseException) -> ReferenceLoadError:
    return ReferenceLoadError(
        f"{needed_by} names its code by {reference!r}, which can't be imported: "
        f"{type(error).__name__}: {error}. This is a mistake of the plugin; tell its author."
    )
