"""The guard that makes importing a heavy library an error while plugins are asked for specs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

from modelzoo.errors import HeavyImportError

HEAVY_LIBRARIES = frozenset(
    {
        "datasets", "h5py", "huggingface_hub", "jax", "keras", "keras_hub", "matplotlib", "numpy",
        "pandas", "PIL", "polars", "pyarrow", "scipy", "skimage", "sklearn", "tensorflow",
        "tensorflow_datasets", "tf_keras", "torch", "torchvision", "transformers",
    }
)  # fmt: skip


class _Refuser:
    """A finder for ``sys.meta_path`` that finds nothing and refuses heavy libraries."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._thread = threading.get_ident()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Another thread may well be importing TensorFlow for its own reasons.
        if name.partition(".")[0] in HEAVY_LIBRARIES and threading.get_ident() == self._thread:
            self.refused.append(name)
            raise HeavyImportError(_message(name))
        return None


@contextmanager
def no_heavy_imports() -> Iterator[None]:
    """Make importing a heavy library in this thread an error, even where the error is swallowed.

    A library that is imported already costs nothing and is let through.

    Raises:
        HeavyImportError: On the import itself, and again at the end where the code in between
            caught it, since such code would now believe the library missing.

    Example:
        >>> with no_heavy_imports():
        ...     import json
    """
    refuser = _Refuser()
    sys.meta_path.insert(0, refuser)
    try:
        yield
    finally:
        sys.meta_path.remove(refuser)
    if refuser.refused:
        raise HeavyImportError(_message(refuser.refused[0]))


def _message(name: str) -> str:
    return (
        f"imports {name!r} while it is asked what it offers: a plugin's module must import no "
        "heavy library, or every command waits for it. Move the import into the code that a "
        "spec's 'package.module:attribute' names"
    )
