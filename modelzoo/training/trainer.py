"""The Trainer: any registered model on any registered dataset for any task that fits both."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelzoo.data.augment import Augmentation
from modelzoo.data.source import Dataset
from modelzoo.errors import RunError
from modelzoo.registry import Entry, check_dataset_task, check_model_task, default_host, find
from modelzoo.training.config import TrainConfig
from modelzoo.training.display import Listener, make_listener
from modelzoo.training.input_shape import choose_input_shape
from modelzoo.training.lock import held_run
from modelzoo.training.new_folder import new_run_folder
from modelzoo.training.run import Run
from modelzoo.training.run_info import describe_entry

if TYPE_CHECKING:
    import keras

    from modelzoo.inference import Prediction

__all__ = ["Trainer"]


class Trainer:
    """Trains a model on a dataset.

    Names and their fit are checked here, from the specs alone: TensorFlow is imported by
    :meth:`fit`.

    Args:
        model: A model's name.
        dataset: A dataset's name.
        task: A task's name; default: the dataset's own.
        config: The settings; default: those of ``TrainConfig()``.
        strategy: ``"auto"``, or a ``tf.distribute.Strategy``.
        data_dir: Where the data are, for a dataset that can't know.
        input_shape: ``(height, width, channels)``; default: the dataset's own where the model
            takes it, else the model's.
        weights: What to begin with, as in :func:`modelzoo.get`; default: random weights.
        model_options: Options of the model's builder, such as ``{"alpha": 0.5}``.
        dataset_options: Options of the dataset's loader.
        **overrides: Fields of :class:`TrainConfig` that replace those of ``config``.

    Attributes:
        run: The last training; ``None`` before the first.

    Raises:
        UnknownNameError: There is no such model, dataset or task.
        IncompatibleError: They do not fit together.
        ConfigError: A setting is unknown or unusable.

    Example:
        >>> trainer = Trainer("mobilenet_v1_mini", "fashion_mnist_sample", epochs=2)
        >>> trainer.input_shape
        (28, 28, 1)
    """

    def __init__(
        self,
        model: str,
        dataset: str,
        task: str | None = None,
        *,
        config: TrainConfig | None = None,
        strategy: Any = "auto",
        data_dir: str | Path | None = None,
        input_shape: Sequence[int] | None = None,
        weights: str | Path | None = None,
        model_options: Mapping[str, Any] | None = None,
        dataset_options: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> None:
        self._model = find("model", model)
        self._dataset = find("dataset", dataset)
        self._task = find("task", task or self._dataset.spec.task)
        check_model_task(self._model.spec, self._task.spec)
        check_dataset_task(self._dataset.spec, self._task.spec)
        self.config = (config or TrainConfig()).replace(overrides)
        Augmentation.from_config(self.config.augment)
        self.input_shape = choose_input_shape(
            self._model.spec.for_task(self._task.spec.name), self._dataset.spec, input_shape
        )
        self._strategy = strategy
        self._data_dir = None if data_dir is None else Path(data_dir).expanduser().absolute()
        self._weights = weights
        self._model_options = dict(model_options or {})
        self._dataset_options = dict(dataset_options or {})
        self._recipe: Entry[Any] | None = None
        self.run: Run | None = None

    @classmethod
    def from_recipe(
        cls,
        name: str,
        *,
        strategy: Any = "auto",
        data_dir: str | Path | None = None,
        **overrides: Any,
    ) -> Trainer:
        """A trainer with everything set as a recipe says.

        Args:
            name: The recipe's name.
            strategy: As for the class.
            data_dir: As for the class.
            **overrides: Fields of :class:`TrainConfig` that replace the recipe's.

        Raises:
            UnknownNameError: There is no such recipe, or what it names is not there.

        Example:
            >>> Trainer.from_recipe("fashion_mnist_seed").config.epochs
            10
        """
        entry = find("recipe", name)
        recipe = entry.spec
        trainer = cls(
            recipe.model,
            recipe.dataset,
            recipe.task or None,
            config=TrainConfig.from_dict(recipe.config).replace(overrides),
            strategy=strategy,
            data_dir=data_dir,
            input_shape=recipe.input_shape,
            model_options=recipe.options,
            dataset_options=recipe.dataset_options,
        )
        trainer._recipe = entry
        return trainer

    def fit(
        self,
        *,
        run_dir: str | Path | None = None,
        callbacks: Iterable[keras.callbacks.Callback] = (),
        listener: Listener | None = None,
        **overrides: Any,
    ) -> Run:
        """Train from the beginning.

        Args:
            run_dir: Where the run's folder is to be; default: ``runs/MODEL-DATASET-TIME``.
            callbacks: Keras callbacks.
            listener: Is told of the progress; default: a bar on a terminal, else plain lines.
            **overrides: Fields of :class:`TrainConfig` that replace the trainer's.

        Returns:
            The finished run.

        Raises:
            ConfigError: A setting is unknown or unusable.
            DatasetError: The data are not there, or not what they should be.
            RunError: There is something in ``run_dir`` already, or another training has it.
            StorageError: The run's folder can't be written.
            NonFiniteLossError: The loss became NaN or infinite.
            TrainingInterrupted: Ctrl-C was pressed; :meth:`resume` goes on.
        """
        from modelzoo.training.precision import policy_name

        config = self.config.replace(overrides)
        Augmentation.from_config(config.augment)
        with new_run_folder(run_dir, self._folder_name()) as folder:
            run = Run(folder, self._describe(config))
            dataset = run.load_dataset()
            sizes = {name: len(split) for name, split in dataset.splits.items()}
            data = {"classes": list(dataset.classes), "splits": sizes}
            run.info |= {**data, "fingerprint": dataset.fingerprint}
            run.info["precision"] = policy_name(config.precision)
            _train(run, dataset, self._strategy, callbacks, listener, resume=False)
        self.run = run
        return run

    @classmethod
    def resume(
        cls,
        folder: str | Path,
        *,
        strategy: Any = "auto",
        callbacks: Iterable[keras.callbacks.Callback] = (),
        listener: Listener | None = None,
    ) -> Run:
        """Go on with a training that was interrupted or killed, to the same bits.

        Args:
            folder: The run's folder.
            strategy: As for the class; the same bits need the same strategy.
            callbacks: The callbacks that the training was begun with.
            listener: As in :meth:`fit`.

        Returns:
            The finished run.

        Raises:
            RunError: The folder is not a run, or the run has finished, or is being trained.
            CheckpointError: There is no whole checkpoint, or the data have changed.
        """
        with held_run(Run(folder).folder) as held:
            # Again: now nobody else changes it.
            run = Run(held)
            if run.status == "finished":
                raise RunError(f"Run {run.name!r} has finished; there is nothing to resume.")
            _train(run, run.load_dataset(), strategy, callbacks, listener, resume=True)
        return run

    def evaluate(self, split: str = "test") -> dict[str, float]:
        """Loss and metrics of the last training's model; see :meth:`Run.evaluate`.

        Raises:
            RunError: Nothing has been trained yet.
        """
        return self._trained().evaluate(split, data_dir=self._data_dir)

    def predict(self, images: Any) -> Prediction | list[Prediction]:
        """What the last training's model says of images; see :meth:`Run.predict`.

        Raises:
            RunError: Nothing has been trained yet.
        """
        return self._trained().predict(images)

    def _trained(self) -> Run:
        if self.run is None:
            raise RunError("Nothing has been trained yet. Call fit() first.")
        return self.run

    def _folder_name(self) -> str:
        names = f"{self._model.spec.name}-{self._dataset.spec.name}".replace("/", "_")
        return f"{names}-{datetime.datetime.now():%Y%m%d-%H%M%S}"

    def _describe(self, config: TrainConfig) -> dict[str, Any]:
        return {
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "model": describe_entry(self._model),
            "dataset": describe_entry(self._dataset),
            "task": describe_entry(self._task),
            "recipe": None if self._recipe is None else describe_entry(self._recipe),
            "model_options": self._model_options,
            "dataset_options": self._dataset_options,
            "data_dir": None if self._data_dir is None else str(self._data_dir),
            "input_shape": list(self.input_shape),
            "weights": None if self._weights is None else str(self._weights),
            "config": config.to_dict(),
        }


def _train(
    run: Run,
    dataset: Dataset,
    strategy: Any,
    callbacks: Iterable[keras.callbacks.Callback],
    listener: Listener | None,
    *,
    resume: bool,
) -> None:
    from modelzoo.training.report import report_run
    from modelzoo.training.session import TrainingSession
    from modelzoo.training.strategies import choose_strategy

    listener = listener or make_listener()
    try:
        session = TrainingSession(
            run,
            dataset,
            strategy=choose_strategy(strategy),
            callbacks=list(callbacks),
            listener=listener,
        )
        session.train(resume=resume)
        try:
            report_run(run, dataset)
        except Exception as error:
            # A plugin's task answers there in its own way, and the weights are safe.
            reason = f"{type(error).__name__}: {error}"
            warnings.warn(
                f"Run {run.name!r} has finished, but its report can't be made: {reason}",
                stacklevel=3,
            )
        for _ in default_host().call("modelzoo_run_finished", run=run):
            pass
        listener.finished(run)
    finally:
        listener.close()
