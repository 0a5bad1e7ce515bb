"""A run: one training as a folder, and what can be done with it afterwards."""

from __future__ import annotations

import os
import shlex
import socket
import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from modelzoo.compose import build_model, make_task
from modelzoo.data import ArraySplit, Dataset, load_dataset
from modelzoo.data.prepare import prepare
from modelzoo.data.validation import split_validation
from modelzoo.errors import DatasetError, RunError
from modelzoo.registry import Shape, find
from modelzoo.storage import write_json
from modelzoo.training.config import TrainConfig
from modelzoo.training.history import read_history
from modelzoo.training.run_info import FORMAT, is_gone, library_versions, read_info
from modelzoo.weights import WEIGHTS_FILE, read_weights

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from modelzoo.inference import Prediction, Predictor
    from modelzoo.task import Task

__all__ = ["Run", "list_runs"]


class Run:
    """One training: its configuration, history, weights, and what they are good for.

    Args:
        folder: The run's folder.
        info: For a run that is about to begin in an empty folder: what is to be trained. Nothing
            is written before :meth:`update`.

    Attributes:
        folder: The run's folder, absolute.
        info: What ``run.json`` says: the model, dataset and task with their specs and where they
            came from, the whole configuration, versions, fingerprint, status and results.

    Raises:
        RunError: The folder is not a run, or its ``run.json`` is damaged.
        RunVersionError: It was written in another format.
    """

    def __init__(self, folder: str | Path, info: Mapping[str, Any] | None = None) -> None:
        self.folder = Path(folder).expanduser().absolute()
        if info is None:
            self.info = read_info(self.folder)
            return
        self.info = {"format": FORMAT, "status": "new", **info, "versions": library_versions()}

    def update(self, **changes: Any) -> None:
        """Change entries of ``run.json``; a status is written with the process it holds for.

        Raises:
            StorageError: It can't be written.
        """
        if "status" in changes:
            changes["process"] = {"host": socket.gethostname(), "pid": os.getpid()}
        self.info = {**self.info, **changes}
        write_json(self.folder / "run.json", self.info)

    def __repr__(self) -> str:
        return f"<Run {self.folder.name}: {self.status}>"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def status(self) -> str:
        """``"new"``, ``"running"``, ``"finished"``, ``"interrupted"`` or ``"failed"``."""
        status = str(self.info["status"])
        if status == "running" and is_gone(self.info.get("process", {})):
            return "interrupted"
        return status

    @property
    def resume_command(self) -> str:
        """The command line that goes on with this training."""
        here = Path.cwd()
        folder = self.folder.relative_to(here) if self.folder.is_relative_to(here) else self.folder
        return f"modelzoo train --resume {shlex.quote(str(folder))}"

    @property
    def config(self) -> TrainConfig:
        """The configuration; Keras objects in their serialised form."""
        return TrainConfig.from_dict(self.info["config"])

    @property
    def history(self) -> list[dict[str, Any]]:
        """The rows of ``history.csv``: epoch, step, seconds, loss, metrics, ...

        Raises:
            RunError: The file is damaged.
        """
        return read_history(self.folder / "history.csv")

    @property
    def results(self) -> dict[str, float]:
        """Metrics of the finished model, such as ``{"test_accuracy": ..., "test_loss": ...}``."""
        return dict(self.info.get("results", {}))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes (or values)."""
        return tuple(self.info["classes"])

    @property
    def input_shape(self) -> Shape:
        """``(height, width, channels)`` of the images that the model takes."""
        return cast(Shape, tuple(self.info["input_shape"]))

    @cached_property
    def task(self) -> Task:
        """The task object."""
        return make_task(find("task", self.info["task"]["name"]).spec, len(self.classes))

    @cached_property
    def model(self) -> keras.Model:
        """The trained model, uint8 images in and the task's outputs out.

        Raises:
            RunError: The training has not finished.
            WeightsError: The weights are missing, truncated or altered.
        """
        if not (self.folder / WEIGHTS_FILE).exists() and self.status != "finished":
            reason = self.info.get("reason")
            raise RunError(
                f"Run {self.name!r} is {self.status} and has no trained weights."
                + (f" It said: {reason}" if reason else "")
                + f" Go on with it, or train anew: {self.resume_command}"
            )
        model = self.build_model()
        read_weights(self.folder, model)
        return model

    @cached_property
    def predictor(self) -> Predictor:
        """The trained model, compiled for prediction."""
        from modelzoo.inference import Predictor

        return Predictor(self.model, self.task, self.classes)

    def build_model(self) -> keras.Model:
        """The run's model with new random weights."""
        from modelzoo.training.precision import precision_policy

        spec = find("model", self.info["model"]["name"]).spec
        task = find("task", self.info["task"]["name"]).spec
        # What "auto" meant when it was begun; older runs don't say it.
        with precision_policy(self.info.get("precision", self.config.precision)):
            return build_model(
                spec.for_task(task.name),
                self.task,
                input_shape=self.input_shape,
                options=self.info["model_options"],
            )

    def load_dataset(self, data_dir: str | Path | None = None) -> Dataset:
        """The run's dataset, with the validation split that the training has.

        Args:
            data_dir: Where the data are now; default: where they were for the training.
        """
        dataset = load_dataset(
            self.info["dataset"]["name"],
            task=self.info["task"]["name"],
            data_dir=data_dir if data_dir is not None else self.info["data_dir"],
            **self.info["dataset_options"],
        )
        fraction = self.config.validation
        if "val" in dataset.splits or not fraction:
            return dataset
        train, val = split_validation(dataset.splits["train"], fraction)
        splits = {**dataset.splits, "train": train, "val": val}
        return Dataset(name=dataset.name, splits=splits, classes=dataset.classes)

    def prepare_split(self, dataset: Dataset, name: str) -> tuple[ArraySplit, NDArray[Any]]:
        """A split's images in the model's input shape, and its labels as the task takes them.

        Args:
            dataset: What :meth:`load_dataset` returned.
            name: The split's name.

        Raises:
            DatasetError: There is no such split, or an image is bad.
        """
        if name not in dataset.splits:
            raise DatasetError(
                f"Dataset {dataset.name!r} has no split {name!r}. "
                f"It has: {', '.join(dataset.splits)}."
            )
        split = prepare(dataset.splits[name], self.input_shape, bad_images=self.config.bad_images)
        return split, self.task.check_labels(split.labels)

    def evaluate(
        self, split: str = "test", *, data_dir: str | Path | None = None
    ) -> dict[str, float]:
        """Loss and metrics of the trained model on a split of its dataset.

        Args:
            split: ``"test"``, ``"val"`` or ``"train"``.
            data_dir: Where the data are now; default: where they were for the training.

        Returns:
            Values by name, such as ``{"loss": ..., "accuracy": ...}``.

        Raises:
            DatasetError: There is no such split, or the data are not there.
            WeightsError: The weights are missing, truncated or altered.
        """
        from modelzoo.training.configured import make_evaluator

        dataset = self.load_dataset(data_dir)
        images, labels = self.prepare_split(dataset, split)
        return make_evaluator(self, self.model).evaluate(images, labels)

    def predict(self, images: Any) -> Prediction | list[Prediction]:
        """What the trained model says of images.

        Args:
            images: A path or a uint8 array for one image; a list of them, or a batch
                ``(n, height, width, channels)``, for many.

        Returns:
            One prediction for one image, else a list.

        Raises:
            BadImageError: A file is not an image.
            ArrayError: An array has a wrong shape, dtype or value.
        """
        return self.predictor.predict(images)

    def export(self, exporter: str, path: str | Path | None = None) -> Path:
        """Write the trained model in a deployment format.

        Args:
            exporter: An exporter's name, such as ``"savedmodel"``.
            path: Where to; default: ``exports/`` in the run's folder.

        Returns:
            What was written, after its outputs were seen to equal those of the Keras model.

        Raises:
            ExportError: The export failed, or its outputs differ.
        """
        from modelzoo.inference import export_model

        if path is None:
            spec = find("exporter", exporter).spec
            path = self.folder / "exports" / f"{spec.name.replace('/', '_')}{spec.suffix}"
        return export_model(self.model, exporter, path)


def list_runs(folder: str | Path = "runs") -> list[Run]:
    """The runs in a folder, the newest first.

    Folders without a ``run.json`` are passed over; a run that can't be read is, with a warning.

    Args:
        folder: The folder that holds run folders.

    Example:
        >>> list_runs("no/such/folder")
        []
    """
    runs = []
    for path in Path(folder).glob("*/run.json"):
        try:
            runs.append(Run(path.parent))
        except RunError as error:
            warnings.warn(f"A run is passed over: {error}", stacklevel=2)
    return sorted(runs, key=lambda run: (run.info["created"], run.name), reverse=True)
