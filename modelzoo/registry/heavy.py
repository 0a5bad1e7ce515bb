"""The guard that makes importing a heavy library an error while plugins are asked for specs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType

from modelzoo.errors import HeavyImportError

HEAVY_LIBRARIES = frozenset(
    {
        "datasets", "h5py", "huggingface_hub", "jax", "keras", "keras_hub", "matplotlib", "numpy",
        "pandas", "PIL", "polars", "pyarrow", "scipy", "skimage", "sklearn", "tensorflow",
        "tensorflow_datasets", "tf_keras", "torch", "torchvision", "transformers",
    }
)  # fmt: skip


class _Refuser(Loader):
    """A finder for ``sys.meta_path`` and a loader that refuses to load heavy libraries.

    To ask whether one is installed is no import: ``importlib.util.find_spec`` gets its answer.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._thread = threading.get_ident()
        self._there_before = frozenset(sys.modules)
        self._misled: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Another thread may well be importing TensorFlow for its own reasons.
        if name not in HEAVY_LIBRARIES or threading.get_ident() != self._thread:
            return None
        finders = [each for each in sys.meta_path if each is not self]
        if any(each.find_spec(name, path, target) for each in finders):
            return ModuleSpec(name, self)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Refuse."""
        self.refused.append(spec.name)
        self._misled |= _modules_being_imported() - self._there_before
        raise HeavyImportError(_message(spec.name))

    def exec_module(self, module: ModuleType) -> None:
        """Never called, because no module is created."""

    def forget_misled_modules(self) -> None:
        """Let modules that may have settled for a missing library be imported anew."""
        for name in self._misled:
            sys.modules.pop(name, None)


@contextmanager
def no_heavy_imports() -> Iterator[None]:
    """Make importing a heavy library in this thread an error, even where the error is swallowed.

    A library that is imported already costs nothing and is let through.

    Raises:
        HeavyImportError: On the import itself, and again at the end where the code in between
            caught it, since such code would now believe the library missing. Modules that were
            being imported meanwhile are forgotten, so that nobody else meets them in that belief.

    Example:
        >>> with no_heavy_imports():
        ...     import json
    """
    refuser = _Refuser()
    sys.meta_path.insert(0, refuser)
    try:
        yield
    except (Exception, SystemExit) as error:
        if refuser.refused:
            raise HeavyImportError(_message(refuser.refused[0])) from error
        raise
    finally:
        sys.meta_path.remove(refuser)
        refuser.forget_misled_modules()
    if refuser.refused:
        raise HeavyImportError(_message(refuser.refused[0]))


def _modules_being_imported() -> set[str]:
    frame: FrameType | None = sys._getframe()
    names = set()
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            names.add(str(frame.f_globals.get("__name__")))
        frame = frame.f_back
    return names


def _message(name: str) -> str:
    return (
        f"imports {name!r} while it is asked what it offers: a plugin's module must import no "
        "heavy library, or every command waits for it. Move the import into the code that a "
        "spec's 'package.module:attribute' names"
    )
