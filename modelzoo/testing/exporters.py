"""The checks of an exporter: that what it writes is the model, and can be used without it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from modelzoo.compose import make_task
from modelzoo.inference.exporting import Exporter, export_with, make_exporter
from modelzoo.registry import Entry, ExporterSpec, Shape, find
from modelzoo.testing.check import as_checks, skip
from modelzoo.testing.samples import noise_images
from modelzoo.weights import tensors_of

__all__ = ["EXPORTER_CHECKS", "ExporterSubject"]

_SIDE = 32


@dataclass
class ExporterSubject:
    """An exporter under test.

    Attributes:
        entry: The exporter.
    """

    entry: Entry[ExporterSpec]

    @property
    def spec(self) -> ExporterSpec:
        """The exporter's spec."""
        return self.entry.spec

    @property
    def title(self) -> str:
        """``exporter NAME``."""
        return f"exporter {self.spec.name}"

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """Those of the spec."""
        return self.spec.expected_failures

    @property
    def exporter(self) -> Exporter:
        """A new one."""
        return make_exporter(self.entry)

    @cached_property
    def model(self) -> keras.Model:
        """A small classifier of three classes."""
        return small_model("multiclass", 3, (_SIDE, _SIDE, 3))

    def export(self, model: keras.Model, folder: Path) -> Path:
        """Export into a folder, with all that is compared and refused on the way."""
        return export_with(self.entry, model, folder / f"model{self.spec.suffix}")

    @contextmanager
    def exported(self) -> Iterator[Path]:
        """An export of :attr:`model`; skips where there is none, which ``exports`` says."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                path = self.export(self.model, Path(folder))
            except Exception:
                skip("it can't export")
            yield path


def small_model(task: str, num_classes: int, shape: Shape) -> keras.Model:
    """A small network of what most of the zoo's are made of, with a task's head."""
    made = make_task(find("task", task).spec, num_classes)
    images = keras.Input(shape, dtype="uint8")
    x = keras.layers.Rescaling(1 / 255)(images)
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.DepthwiseConv2D(3, padding="same")(keras.layers.ReLU(6.0)(x))
    x = keras.layers.Dropout(0.2)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(images, keras.layers.Activation(made.activation)(made.head(x)))


def exports(subject: ExporterSubject) -> None:
    """It exports a classifier, whose outputs are those of the Keras model."""
    with tempfile.TemporaryDirectory() as folder:
        subject.export(subject.model, Path(folder))


def other_models(subject: ExporterSubject) -> None:
    """It exports models for another task, and for oblong images of one channel."""
    with subject.exported():
        pass
    for task, num_classes, shape in (("binary", 2, (48, 32, 3)), ("regression", 2, (32, 40, 1))):
        with tempfile.TemporaryDirectory() as folder:
            subject.export(small_model(task, num_classes, shape), Path(folder))


def suffix(subject: ExporterSubject) -> None:
    """It writes what its spec says: a file, or a folder that has something in it."""
    with subject.exported() as path:
        if subject.spec.suffix:
            assert path.is_file(), f"the suffix is {subject.spec.suffix!r}, but it wrote a folder"
            assert path.stat().st_size, "the file that it wrote is empty"
        else:
            assert path.is_dir(), "there is no suffix, but it wrote a file"
            assert any(path.iterdir()), "the folder that it wrote is empty"


def stands_alone(subject: ExporterSubject) -> None:
    """Copied elsewhere and read by another exporter object, it gives the same outputs."""
    images = noise_images((_SIDE, _SIDE, 3), 5)
    expected = np.asarray(subject.model(images, training=False))
    with subject.exported() as path, tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, copy)
        # What it may still look for beside the first one is gone.
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        got = subject.exporter.load(copy)(images)
        again = subject.exporter.load(copy)(images)
    _same(got, expected, subject.exporter.tolerance)
    assert np.array_equal(got, again), "loaded twice, it has two answers for the same images"


def same_each_time(subject: ExporterSubject) -> None:
    """Exported twice, a model gives the same outputs to the bit."""
    images = noise_images((_SIDE, _SIDE, 3), 5)
    with subject.exported() as first, subject.exported() as second:
        one, other = (subject.exporter.load(each)(images) for each in (first, second))
    assert np.array_equal(one, other), (
        f"outputs of two exports of one model differ by up to {np.abs(one - other).max():.3g}: "
        "seed what is drawn"
    )


def nothing_beside(subject: ExporterSubject) -> None:
    """It leaves nothing beside its export, and nothing at all where an export fails."""
    with subject.exported() as path:
        beside = sorted(each.name for each in path.parent.iterdir() if each != path)
    assert not beside, f"beside its export it leaves {beside[0]!r}: write nothing but the path"
    broken = small_model("multiclass", 3, (_SIDE, _SIDE, 3))
    broken.trainable_variables[0].assign(broken.trainable_variables[0] * np.nan)
    with tempfile.TemporaryDirectory() as folder:
        try:
            subject.export(broken, Path(folder))
        except Exception:
            left = sorted(each.name for each in Path(folder).iterdir())
        else:
            raise AssertionError("a model whose outputs are NaN is exported without an error")
    assert not left, f"after an export that failed it leaves {left[0]!r}"


def _same(got: object, expected: NDArray[np.float32], tolerance: float) -> None:
    assert isinstance(got, np.ndarray), f"its outputs are a {type(got).__name__}, expected an array"
    assert got.shape == expected.shape, (
        f"its outputs for {len(expected)} images have shape {got.shape}, expected {expected.shape}"
    )
    difference = float(np.abs(got - expected).max())
    assert difference <= tolerance * max(1.0, float(np.abs(expected).max())), (
        f"for {len(expected)} images its outputs differ from Keras's by {difference:.3g}"
    )


def model_untouched(subject: ExporterSubject) -> None:
    """The model that is exported has the same weights afterwards, and can be trained as before."""
    with subject.exported(), tempfile.TemporaryDirectory() as folder:
        model = small_model("multiclass", 3, (_SIDE, _SIDE, 3))
        before = tensors_of(model.variables)
        trainable = len(model.trainable_variables)
        subject.export(model, Path(folder))
        after = tensors_of(model.variables)
    changed = [name for name in before if not np.array_equal(before[name], after[name])]
    assert not changed, f"it changes the weights {changed[0]} of the model that it exports"
    left = len(model.trainable_variables)
    assert left == trainable, f"of {trainable} trainable weights it leaves {left} trainable"


def replaces_its_own(subject: ExporterSubject) -> None:
    """An export that is there already is known as one, and replaced by a new one."""
    with subject.exported() as path:
        again = subject.export(small_model("binary", 2, (_SIDE, _SIDE, 3)), path.parent)
        made = subject.exporter.load(again)(noise_images((_SIDE, _SIDE, 3), 1))
    assert made.shape == (1, 1), f"after another export there is still the old one, {made.shape}"


def garbage_refused(subject: ExporterSubject) -> None:
    """What is no export can't be loaded as one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"garbage{subject.spec.suffix}"
        file = path
        if not subject.spec.suffix:
            path.mkdir()
            file = path / "garbage.bin"
        file.write_bytes(bytes(range(256)))
        try:
            subject.exporter.load(path)
        except Exception:
            return
    raise AssertionError(
        "256 bytes of garbage are loaded as an export: raise an error, since whatever can be "
        "loaded may be replaced"
    )


EXPORTER_CHECKS = as_checks(
    exports,
    other_models,
    suffix,
    stands_alone,
    same_each_time,
    nothing_beside,
    model_untouched,
    replaces_its_own,
    garbage_refused,
)
