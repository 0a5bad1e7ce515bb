"""One training from its first (or next) step to its end, in a run's folder."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from modelzoo.data.augment import Augmentation
from modelzoo.data.order import epoch_order
from modelzoo.data.source import Dataset
from modelzoo.errors import (
    CheckpointError,
    NonFiniteLossError,
    StorageError,
    TrainingInterrupted,
)
from modelzoo.registry import default_host, find
from modelzoo.training.callback_state import (
    overrides_batch_hooks,
    restore_callbacks,
    state_of_callbacks,
)
from modelzoo.training.checkpoint import (
    Checkpoint,
    latest_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from modelzoo.training.configured import make_evaluator, make_optimizer
from modelzoo.training.history import EventLog, write_history
from modelzoo.training.interrupt import InterruptWatch
from modelzoo.training.loop import TrainingLoop
from modelzoo.training.steps import EpochSteps
from modelzoo.weights import assign_tensors, load_named_weights, save_weights, tensors_of

if TYPE_CHECKING:
    from modelzoo.training.display import Listener
    from modelzoo.training.run import Run

__all__ = ["TrainingSession"]


class TrainingSession:
    """Trains a run's model; begins anew, or where the run's newest checkpoint ends.

    Args:
        run: The run; nothing is written into its folder before :meth:`train`.
        dataset: What :meth:`Run.load_dataset` returned.
        strategy: What the steps run under.
        callbacks: Keras callbacks; those of plugins are added.
        listener: Is told of the progress.
    """

    def __init__(
        self,
        run: Run,
        dataset: Dataset,
        *,
        strategy: tf.distribute.Strategy,
        callbacks: Sequence[keras.callbacks.Callback],
        listener: Listener,
    ) -> None:
        self._run = run
        self._config = run.config
        self._listener = listener
        self._augmentation = Augmentation.from_config(self._config.augment)
        self._fingerprint = dataset.fingerprint
        # All of them now, so that a bad image is found before hours of training.
        self._splits = {name: run.prepare_split(dataset, name) for name in dataset.splits}
        # Initial weights and dropout take their randomness from here.
        keras.utils.set_random_seed(self._config.seed)
        with strategy.scope():
            self._model = run.build_model()
            self._evaluator = make_evaluator(run, self._model)
            self._optimizer = make_optimizer(self._config)
            self._optimizer.build(self._model.trainable_variables)
        # Callbacks expect a compiled model; the loss is on logits and therefore ours.
        self._model.compile(optimizer=self._optimizer, jit_compile=False)
        loop = TrainingLoop(
            self._evaluator,
            self._optimizer,
            augmentation=self._augmentation,
            batch_size=self._config.batch_size,
            strategy=strategy,
        )
        self._callbacks = [*callbacks, *_callbacks_of_plugins(run)]
        self._notified = keras.callbacks.CallbackList(self._callbacks, model=self._model)
        self._stepwise = any(overrides_batch_hooks(each) for each in self._callbacks)
        self._steps = EpochSteps(
            loop,
            *self._splits["train"],
            self._config,
            begin_step=self._notified.on_train_batch_begin if self._stepwise else None,
        )
        self._epoch = 0
        self._step = 0
        self._seconds = 0.0
        self._history: list[dict[str, Any]] = []

    def train(self, *, resume: bool = False) -> None:
        """Train to the last epoch, and leave the run's folder complete.

        Args:
            resume: Go on from the newest checkpoint.

        Raises:
            NonFiniteLossError: The loss became NaN or infinite; the last checkpoint is kept.
            TrainingInterrupted: Ctrl-C was pressed; a checkpoint was saved.
            CheckpointError: There is nothing to resume from, or it does not belong to this run.
            StorageError: The folder can't be written.
        """
        self._notified.set_params(
            {"epochs": self._config.epochs, "steps": self._steps.per_epoch, "verbose": 0}
        )
        self._model.stop_training = False
        self._notified.on_train_begin()
        if resume:
            self._restore()
            self._run.update(status="running", reason=None)
        else:
            self._begin()
        self._listener.started(
            self._run,
            self._config.epochs * self._steps.per_epoch,
            self._steps.per_epoch,
            self._epoch * self._steps.per_epoch + self._step,
        )
        events = EventLog(self._run.folder / "events")
        try:
            with InterruptWatch() as watch:
                while self._epoch < self._config.epochs and not self._model.stop_training:
                    self._train_epoch(events, watch)
            self._notified.on_train_end()
            self._finish()
        except KeyboardInterrupt:
            with suppress(StorageError):
                self._run.update(status="interrupted")
            raise
        except BaseException as error:
            with suppress(StorageError):
                self._run.update(status="failed", reason=str(error) or type(error).__name__)
            if isinstance(error, StorageError):
                raise StorageError(
                    f"{error} Then go on with: {self._run.resume_command}"
                ) from error
            raise
        finally:
            events.close()

    def _begin(self) -> None:
        # Only here: a checkpoint has all weights, and the file may be gone when it is resumed.
        if self._run.info["weights"] is not None:
            spec = find("model", self._run.info["model"]["name"]).spec
            load_named_weights(self._model, self._run.info["weights"], spec=spec)
        was_there = self._run.folder.exists()
        try:
            self._run.begin()
            self._save_checkpoint()
        except StorageError:
            if not was_there:
                shutil.rmtree(self._run.folder, ignore_errors=True)
            raise

    def _train_epoch(self, events: EventLog, watch: InterruptWatch) -> None:
        if self._step == 0:
            self._evaluator.reset()
            self._seconds = 0.0
            self._notified.on_epoch_begin(self._epoch)
        began = time.perf_counter() - self._seconds
        for logs in self._do_steps():
            self._seconds = time.perf_counter() - began
            images = min(self._step * self._config.batch_size, len(self._splits["train"][0]))
            self._listener.stepped(
                self._epoch * self._steps.per_epoch + self._step, logs, images / self._seconds
            )
            if watch.requested:
                self._interrupt()
        row = {
            "epoch": self._epoch + 1,
            "step": (self._epoch + 1) * self._steps.per_epoch,
            "seconds": self._seconds,
            "images_per_second": len(self._splits["train"][0]) / self._seconds,
            "learning_rate": float(keras.ops.convert_to_numpy(self._optimizer.learning_rate)),
            **self._evaluator.results(),
        }
        if "val" in self._splits:
            self._notified.on_test_begin()
            results = self._evaluator.evaluate(*self._splits["val"])
            self._notified.on_test_end(results)
            row.update({f"val_{name}": value for name, value in results.items()})
        self._history.append(row)
        self._notified.on_epoch_end(self._epoch, dict(row))
        self._epoch, self._step, self._seconds = self._epoch + 1, 0, 0.0
        self._save_checkpoint()
        write_history(self._run.folder / "history.csv", self._history)
        events.write(row)
        self._listener.epoch_ended(row)
        if watch.requested and self._epoch < self._config.epochs:
            self._interrupt()

    def _do_steps(self) -> Iterator[dict[str, float]]:
        """Do the rest of the epoch's steps; yields the metrics a few times a second."""
        images = self._splits["train"][0].images
        order = epoch_order(self._config.seed, self._epoch, len(images))
        transforms = self._augmentation.draw(
            seed=self._config.seed, epoch=self._epoch, size=images.shape[1:3], n=len(images)
        )
        for step, loss in self._steps.run(order, transforms, first=self._step):
            self._step = step
            self._check_finite(loss)
            logs = self._evaluator.results()
            if self._stepwise:
                self._notified.on_train_batch_end(self._step - 1, dict(logs))
            every = self._config.checkpoint_every
            if every and self._step % every == 0 and self._step < self._steps.per_epoch:
                self._save_checkpoint()
            yield logs

    def _check_finite(self, loss: float) -> None:
        if math.isfinite(loss):
            return
        step = self._epoch * self._steps.per_epoch + self._step
        kept = latest_checkpoint(self._run.folder / "checkpoints")
        raise NonFiniteLossError(
            f"The loss became {loss} at step {step} (epoch {self._epoch + 1}), so the training "
            f"was stopped. The last good checkpoint is {kept}. Try a smaller learning rate.",
            epoch=self._epoch + 1,
            step=step,
        )

    def _interrupt(self) -> None:
        self._save_checkpoint()
        raise TrainingInterrupted(
            f"Stopped at epoch {self._epoch + 1}, step {self._step} of {self._steps.per_epoch}; a "
            f"checkpoint was saved. Go on with: {self._run.resume_command}",
            folder=str(self._run.folder),
        )

    def _save_checkpoint(self) -> None:
        plain, arrays = state_of_callbacks(self._callbacks)
        write_checkpoint(
            self._run.folder / "checkpoints",
            Checkpoint(
                epoch=self._epoch,
                step=self._step,
                fingerprint=self._fingerprint,
                history=self._history,
                callbacks=plain,
                stopped=bool(self._model.stop_training),
                seconds=self._seconds,
                tensors={
                    "model": tensors_of(self._model.variables),
                    "optimizer": tensors_of(self._optimizer.variables),
                    "metrics": tensors_of(self._evaluator.variables),
                    "callbacks": arrays,
                },
            ),
        )

    def _restore(self) -> None:
        path = latest_checkpoint(self._run.folder / "checkpoints")
        saved = read_checkpoint(path)
        if saved.fingerprint != self._fingerprint:
            raise CheckpointError(
                f"The data have changed since checkpoint {path} was saved (fingerprint "
                f"{saved.fingerprint}, now {self._fingerprint}). Restore the data, or train anew."
            )
        restore_callbacks(self._callbacks, saved.callbacks, saved.tensors["callbacks"])
        parts = {
            "model": self._model.variables,
            "optimizer": self._optimizer.variables,
            "metrics": self._evaluator.variables,
        }
        for part, variables in parts.items():
            assign_tensors(variables, saved.tensors[part], source=f"{path}, {part}")
        self._epoch, self._step = saved.epoch, saved.step
        self._history, self._seconds = saved.history, saved.seconds
        self._model.stop_training = saved.stopped
        for leftover in self._run.folder.rglob(".*.tmp"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()

    def _finish(self) -> None:
        description = {
            key: self._run.info[key] for key in ("model", "task", "classes", "input_shape")
        }
        save_weights(self._run.folder, self._model, description)
        write_history(self._run.folder / "history.csv", self._history)
        names = {metric.name for metric in self._evaluator.metrics}
        last = self._history[-1]
        results = {f"train_{name}": last[name] for name in last if name in names}
        results |= {name: value for name, value in last.items() if name.startswith("val_")}
        if "test" in self._splits:
            tested = self._evaluator.evaluate(*self._splits["test"])
            results |= {f"test_{name}": value for name, value in tested.items()}
        # JSON has no NaN or infinity; history.csv has them.
        results = {name: value for name, value in results.items() if math.isfinite(value)}
        task = self._run.task
        monitor = {"metric": task.monitor, "mode": task.monitor_mode}
        self._run.update(status="finished", results=results, monitor=monitor)


def _callbacks_of_plugins(run: Run) -> list[keras.callbacks.Callback]:
    return [
        callback
        for _, offered in default_host().call("modelzoo_callbacks", run=run)
        for callback in offered or ()
    ]
