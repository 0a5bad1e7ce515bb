"""Writing a model in a deployment format, and not calling it done before it gives the same."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from modelzoo.errors import ExportError, MissingLibraryError, ModelZooError
from modelzoo.inference.model_input import image_shape
from modelzoo.registry import (
    Entry,
    ExporterSpec,
    Shape,
    find,
    load_reference,
    named_libraries,
)
from modelzoo.storage import atomic_file, atomic_folder, make_folder, no_empty_folders_left

if TYPE_CHECKING:
    import keras

__all__ = ["Exporter", "export_model", "export_with", "make_exporter"]

Loaded = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class Exporter(ABC):
    """The base class of all exporters; a plugin's exporter is a subclass.

    Attributes:
        tolerance: The largest difference from the Keras model's outputs that is still the same
            model, as a share of the largest output or of 1, whichever is more. For probabilities
            it is absolute. A format that rounds weights has a larger one.
    """

    tolerance: ClassVar[float] = 1e-5

    @abstractmethod
    def export(self, model: keras.Model, path: Path) -> None:
        """Write a model.

        Args:
            model: From uint8 ``(batch, height, width, channels)`` to float32 ``(batch, n)``.
            path: The file to write, or, for a spec without a suffix, an empty folder to fill.
        """

    @abstractmethod
    def load(self, path: Path) -> Loaded:
        """Read what :meth:`export` wrote, the way it will be used.

        Args:
            path: The file or folder; it is moved afterwards, so nothing is to be read from it
                later.

        Returns:
            A function from uint8 ``(batch, height, width, channels)``, for any batch size, to
            the outputs, float32.

        Raises:
            Exception: Any, where the path does not hold such an export.
        """


def export_model(model: keras.Model, exporter: str, path: str | Path) -> Path:
    """Write a model in a deployment format, load it back and compare it with the original.

    The model appears under ``path`` when its outputs for a few fixed images, alone and three at
    a time, are seen to be those of Keras; until then it is beside it under another name.

    Args:
        model: A model as :func:`modelzoo.get` builds it.
        exporter: An exporter's name, such as ``"savedmodel"``.
        path: The file or folder to write. An export of the same format that is there already is
            replaced; anything else is not.

    Returns:
        The absolute path.

    Raises:
        UnknownNameError: There is no such exporter.
        IncompatibleError: The model does not take uint8 images of one fixed size.
        ExportError: The export failed, its outputs differ (the message has the largest
            difference), or there is something else under ``path``.
        StorageError: ``path`` can't be written.
        MissingLibraryError: A library that the exporter needs is not installed.

    Example:
        >>> import modelzoo, tempfile
        >>> model = modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(32, 32, 3))
        >>> folder = Path(tempfile.mkdtemp())
        >>> export_model(model, "savedmodel", folder / "cats_or_dogs").name
        'cats_or_dogs'
    """
    return export_with(find("exporter", exporter), model, path)


def export_with(entry: Entry[ExporterSpec], model: keras.Model, path: str | Path) -> Path:
    """What :func:`export_model` does, with an exporter that need not be registered."""
    shape = image_shape(model)
    made = make_exporter(entry)
    # Through a link what it points to is replaced; the link stays.
    target = Path(path).expanduser().resolve()
    _refuse_to_replace(target, entry.spec, made)
    with no_empty_folders_left(target), _atomic(target, entry.spec) as temporary:
        # A full disk is no mistake of the exporter.
        with _export_errors(entry, "can't write the model", passed_on=(ModelZooError, OSError)):
            made.export(model, temporary)
        _refuse_to_lose(target, temporary)
        with _export_errors(entry, "wrote something that can't be used"):
            loaded = made.load(temporary)
            for images in _probes(shape):
                _compare(model, loaded, images, made.tolerance)
    return target


@contextmanager
def _export_errors(
    entry: Entry[ExporterSpec],
    what: str,
    *,
    passed_on: tuple[type[Exception], ...] = (ModelZooError,),
) -> Iterator[None]:
    try:
        with _named_libraries(entry.spec):
            yield
    except passed_on:
        raise
    except Exception as error:
        raise ExportError(
            f"Exporter {entry.full_name!r} {what}: {type(error).__name__}: {error}. "
            "Nothing was left behind."
        ) from error


def make_exporter(entry: Entry[ExporterSpec]) -> Exporter:
    """The exporter of an entry.

    Raises:
        ReferenceLoadError: Its code can't be imported.
        MissingLibraryError: A library that it needs is not installed.
        ExportError: It is no exporter.
    """
    spec = entry.spec
    with _named_libraries(spec):
        made = load_reference(spec.exporter, needed_by=_named(spec))(**spec.options)
    if not isinstance(made, Exporter):
        raise ExportError(
            f"Exporter {entry.full_name!r} is a {type(made).__name__}, expected a subclass of "
            "modelzoo.Exporter. This is a mistake of the plugin; tell its author."
        )
    return made


def _named_libraries(spec: ExporterSpec) -> AbstractContextManager[None]:
    return named_libraries(spec.exporter, needed_by=_named(spec))


def _named(spec: ExporterSpec) -> str:
    return f"exporter {spec.name!r}"


def _refuse_to_replace(target: Path, spec: ExporterSpec, exporter: Exporter) -> None:
    if not target.exists():
        return
    if target.is_dir() != bool(spec.suffix):
        if target.is_dir() and not any(target.iterdir()):
            return
        # What can be loaded as an export is one.
        try:
            with _named_libraries(spec):
                exporter.load(target)
        except MissingLibraryError:
            raise  # it says nothing of what is there
        except Exception:
            pass
        else:
            return
    raise ExportError(
        f"{target} is there already and is not a {spec.name} export, so it is not replaced. "
        "Choose another path, or delete it."
    )


def _refuse_to_lose(target: Path, written: Path) -> None:
    if not target.is_dir():
        return
    own = {each.name for each in written.iterdir()}
    foreign = sorted(each.name for each in target.iterdir() if each.name not in own)
    if foreign:
        raise ExportError(
            f"{target} holds more than an export, such as {foreign[0]!r}, so it is not replaced. "
            "Choose another path, or move that away."
        )


def _atomic(target: Path, spec: ExporterSpec) -> AbstractContextManager[Path]:
    if not spec.suffix:
        return atomic_folder(target)
    make_folder(target.parent)
    return atomic_file(target)


def _probes(shape: Shape) -> list[NDArray[np.uint8]]:
    noise = np.random.default_rng(0).integers(0, 256, (2, *shape), np.uint8)
    black, white = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
    return [noise[:1], np.stack([noise[1], black, white])]


def _compare(
    model: keras.Model, loaded: Loaded, images: NDArray[np.uint8], tolerance: float
) -> None:
    expected = np.asarray(model(images, training=False))
    got: Any = loaded(images)
    if not isinstance(got, np.ndarray) or (got.shape, got.dtype) != (expected.shape, np.float32):
        received = f"{getattr(got, 'dtype', type(got).__name__)} {getattr(got, 'shape', '')}"
        raise ExportError(
            f"The export's outputs for {len(images)} images are {received.strip()}, those of the "
            f"Keras model float32 {expected.shape}. Nothing was left behind."
        )
    if not np.isfinite(expected).all():
        raise ExportError(
            "The Keras model's own outputs are NaN or infinite: its weights are of no use. "
            "Nothing was left behind."
        )
    difference = float(np.abs(got.astype(np.float64) - expected).max())
    allowed = tolerance * max(1.0, float(np.abs(expected).max()))
    if not difference <= allowed:
        raise ExportError(
            f"The export's outputs differ from those of the Keras model by up to "
            f"{difference:.3g}, allowed are {allowed:.3g}. Nothing was left behind."
        )
