"""Reading named arrays from a ``.npz`` file, never anything that is pickled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import DatasetError

__all__ = ["read_arrays"]

_DAMAGES = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)


def read_arrays(
    path: Path, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, NDArray[Any]]:
    """Read arrays by their names.

    Args:
        path: The file, as ``numpy.savez`` writes it.
        required: The names that have to be there.
        optional: The names that are read where they are there.

    Returns:
        The arrays.

    Raises:
        DatasetError: No such file, not such a file, damaged, without a required name, or with
            Python objects instead of numbers or text.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "one.npz"
        >>> np.savez(path, x=np.arange(3))
        >>> read_arrays(path, ["x"])["x"]
        array([0, 1, 2])
    """
    required = list(required)
    if not path.is_file():
        found = f"{path} is a folder" if path.is_dir() else f"There is no file {path}"
        raise DatasetError(f"{found}, expected a .npz file as numpy.savez writes it.")
    if not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is not a .npz file as numpy.savez writes it, or it is cut off.")
    name = ""
    try:
        with np.load(path, allow_pickle=False) as file:
            missing = [each for each in required if each not in file.files]
            if missing:
                found = ", ".join(file.files) or "nothing"
                raise DatasetError(
                    f"{path} has no array {missing[0]!r}. It has {found}; "
                    f"expected are {', '.join(required)}."
                )
            arrays = {}
            for name in (*required, *(each for each in optional if each in file.files)):
                arrays[name] = file[name]
            return arrays
    except DatasetError:
        raise
    except _DAMAGES as error:
        if "allow_pickle" in str(error):
            raise DatasetError(
                f"Array {name!r} of {path} holds Python objects, which are never unpickled. "
                "Save it as an array of numbers, or of text with dtype=str."
            ) from error
        raise DatasetError(f"{path} is damaged: {error}. Write or get it again.") from error
