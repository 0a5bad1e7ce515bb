"""One training from its first (or next) step to its end, in a run's folder."""

from __future__ import annotations

import math
import shlex
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.data.augment import Augmentation
from modelzoo.data.feed import fits_in_memory, stream_batches
from modelzoo.data.order import epoch_order
from modelzoo.data.source import Dataset
from modelzoo.errors import (
    CheckpointError,
    ConfigError,
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
from modelzoo.training.evaluation import Evaluator
from modelzoo.training.history import EventLog, write_history
from modelzoo.training.interrupt import InterruptWatch
from modelzoo.training.loop import TrainingLoop
from modelzoo.weights import assign_tensors, load_named_weights, save_weights, tensors_of

if TYPE_CHECKING:
    from modelzoo.training.display import Listener
    from modelzoo.training.run import Run

__all__ = ["TrainingSession", "make_evaluator"]

# How long the graph runs before Python looks up: for progress and for Ctrl-C.
_SECONDS_BETWEEN_LOOKS = 0.25


def make_evaluator(run: Run, model: keras.Model) -> Evaluator:
    """The loss and metrics that a run is configured with.

    Args:
        run: The run.
        model: Its model.

    Raises:
        ConfigError: Keras does not know the loss or a metric.
    """
    config = run.config
    loss = run.task.loss()
    if config.loss is not None:
        loss = _from_keras("loss", keras.losses.get, config.loss)
    more = [_make_metric(each) for each in config.metrics]
    return Evaluator(model, loss=loss, metrics=[*run.task.metrics(), *more])


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
        images, labels = self._splits["train"]
        self._in_memory = self._config.data == "memory" or (
            self._config.data == "auto" and fits_in_memory(images)
        )
        if self._in_memory:
            self._resident = (tf.constant(images.images), tf.constant(labels))
        self._steps_per_epoch = math.ceil(len(self._splits["train"][0]) / self._config.batch_size)
        # Initial weights and dropout take their randomness from here.
        keras.utils.set_random_seed(self._config.seed)
        with strategy.scope():
            self._model = run.build_model()
            if run.info["weights"] is not None:
                spec = find("model", run.info["model"]["name"]).spec
                load_named_weights(self._model, run.info["weights"], spec=spec)
            self._evaluator = make_evaluator(run, self._model)
            self._optimizer = _make_optimizer(self._config.optimizer, self._config.learning_rate)
            self._optimizer.build(self._model.trainable_variables)
        # Callbacks expect a compiled model; the loss is on logits and therefore ours.
        self._model.compile(optimizer=self._optimizer, jit_compile=False)
        self._loop = TrainingLoop(
            self._evaluator,
            self._optimizer,
            augmentation=self._augmentation,
            batch_size=self._config.batch_size,
            strategy=strategy,
        )
        self._callbacks = [*callbacks, *_callbacks_of_plugins(run)]
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
        notified = keras.callbacks.CallbackList(
            self._callbacks,
            model=self._model,
            epochs=self._config.epochs,
            steps=self._steps_per_epoch,
            verbose=0,
        )
        self._model.stop_training = False
        notified.on_train_begin()
        if resume:
            self._restore()
            self._run.update(status="running")
        else:
            self._begin()
        self._listener.started(
            self._run,
            self._config.epochs * self._steps_per_epoch,
            self._steps_per_epoch,
            self._epoch * self._steps_per_epoch + self._step,
        )
        events = EventLog(self._run.folder / "events")
        try:
            with InterruptWatch() as watch:
                while self._epoch < self._config.epochs and not self._model.stop_training:
                    self._train_epoch(notified, events, watch)
            notified.on_train_end()
            self._finish()
        except BaseException as error:
            stopped = isinstance(error, KeyboardInterrupt)
            with suppress(StorageError):
                self._run.update(status="interrupted" if stopped else "failed")
            raise
        finally:
            events.close()

    def _begin(self) -> None:
        was_there = self._run.folder.exists()
        try:
            self._run.begin()
            self._save_checkpoint()
        except StorageError:
            if not was_there:
                shutil.rmtree(self._run.folder, ignore_errors=True)
            raise

    def _train_epoch(
        self, notified: keras.callbacks.CallbackList, events: EventLog, watch: InterruptWatch
    ) -> None:
        if self._step == 0:
            self._evaluator.reset()
            self._seconds = 0.0
            notified.on_epoch_begin(self._epoch)
        began = time.perf_counter() - self._seconds
        for logs in self._steps(notified):
            self._seconds = time.perf_counter() - began
            images = min(self._step * self._config.batch_size, len(self._splits["train"][0]))
            self._listener.stepped(
                self._epoch * self._steps_per_epoch + self._step, logs, images / self._seconds
            )
            if watch.requested:
                self._interrupt()
        row = {
            "epoch": self._epoch + 1,
            "step": (self._epoch + 1) * self._steps_per_epoch,
            "seconds": self._seconds,
            "images_per_second": len(self._splits["train"][0]) / self._seconds,
            "learning_rate": float(keras.ops.convert_to_numpy(self._optimizer.learning_rate)),
            **self._evaluator.results(),
        }
        if "val" in self._splits:
            notified.on_test_begin()
            results = self._evaluator.evaluate(*self._splits["val"])
            notified.on_test_end(results)
            row.update({f"val_{name}": value for name, value in results.items()})
        self._history.append(row)
        notified.on_epoch_end(self._epoch, dict(row))
        self._epoch, self._step, self._seconds = self._epoch + 1, 0, 0.0
        self._save_checkpoint()
        write_history(self._run.folder / "history.csv", self._history)
        events.write(row)
        self._listener.epoch_ended(row)
        if watch.requested and self._epoch < self._config.epochs:
            self._interrupt()

    def _steps(self, notified: keras.callbacks.CallbackList) -> Iterator[dict[str, float]]:
        """Do the rest of the epoch's steps; yields the metrics a few times a second."""
        split, labels = self._splits["train"]
        order = epoch_order(self._config.seed, self._epoch, len(split))
        transforms = self._augmentation.draw(
            seed=self._config.seed, epoch=self._epoch, size=split.images.shape[1:3], n=len(split)
        )
        stepwise = any(overrides_batch_hooks(each) for each in self._callbacks)
        if self._in_memory:
            advance = self._advance_in_memory(transforms, order, notified, stepwise)
        else:
            arrays = (split.images, labels, transforms)
            advance = self._advance_streaming(arrays, order, notified, stepwise)
        for _ in advance:
            logs = self._evaluator.results()
            if stepwise:
                notified.on_train_batch_end(self._step - 1, dict(logs))
            every = self._config.checkpoint_every
            if every and self._step % every == 0 and self._step < self._steps_per_epoch:
                self._save_checkpoint()
            yield logs

    def _advance_in_memory(
        self,
        transforms: NDArray[np.float32],
        order: NDArray[np.int32],
        notified: keras.callbacks.CallbackList,
        stepwise: bool,
    ) -> Iterator[None]:
        data = (*self._resident, tf.constant(transforms), tf.constant(order))
        count = 1
        while self._step < self._steps_per_epoch:
            if stepwise:
                notified.on_train_batch_begin(self._step)
            last = min(self._step + count, self._next_stop())
            began = time.perf_counter()
            reached, loss = self._loop.run_steps(*data, tf.constant(self._step), tf.constant(last))
            done = int(reached) - self._step
            self._step = int(reached)
            self._check_finite(float(loss))
            seconds = (time.perf_counter() - began) / done
            count = 1 if stepwise else max(1, round(_SECONDS_BETWEEN_LOOKS / seconds))
            yield

    def _advance_streaming(
        self,
        arrays: tuple[NDArray[Any], ...],
        order: NDArray[np.int32],
        notified: keras.callbacks.CallbackList,
        stepwise: bool,
    ) -> Iterator[None]:
        looked = time.perf_counter()
        stop = self._next_stop()
        for batch in stream_batches(arrays, order, self._config.batch_size, first=self._step):
            if stepwise:
                notified.on_train_batch_begin(self._step)
            loss = self._loop.run_batch(*(tf.constant(each) for each in batch))
            self._step += 1
            self._check_finite(float(loss))
            now = time.perf_counter()
            if stepwise or self._step == stop or now - looked > _SECONDS_BETWEEN_LOOKS:
                looked, stop = now, self._next_stop()
                yield

    def _next_stop(self) -> int:
        """The step at which the next checkpoint is due, or the epoch ends."""
        every = self._config.checkpoint_every or self._steps_per_epoch
        return min((self._step // every + 1) * every, self._steps_per_epoch)

    def _check_finite(self, loss: float) -> None:
        if math.isfinite(loss):
            return
        step = self._epoch * self._steps_per_epoch + self._step
        kept = latest_checkpoint(self._run.folder / "checkpoints")
        raise NonFiniteLossError(
            f"The loss became {loss} at step {step} (epoch {self._epoch + 1}), so the training "
            f"was stopped. The last good checkpoint is {kept}. Try a smaller learning rate.",
            epoch=self._epoch + 1,
            step=step,
        )

    def _interrupt(self) -> None:
        self._save_checkpoint()
        folder = str(self._run.folder)
        raise TrainingInterrupted(
            f"Stopped at epoch {self._epoch + 1}, step {self._step} of {self._steps_per_epoch}; a "
            f"checkpoint was saved. Go on with: modelzoo train --resume {shlex.quote(folder)}",
            folder=folder,
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
        task = self._run.task
        monitor = {"metric": task.monitor, "mode": task.monitor_mode}
        self._run.update(status="finished", results=results, monitor=monitor)


def _make_optimizer(optimizer: Any, learning_rate: Any) -> keras.optimizers.Optimizer:
    made = _from_keras("optimizer", keras.optimizers.get, optimizer)
    if isinstance(optimizer, str):
        if not isinstance(learning_rate, int | float):
            learning_rate = _from_keras(
                "learning_rate", keras.saving.deserialize_keras_object, learning_rate
            )
        made.learning_rate = learning_rate
    return made


def _make_metric(metric: Any) -> keras.metrics.Metric:
    made = _from_keras("metrics", keras.metrics.get, metric)
    if isinstance(made, keras.metrics.Metric):
        return made
    return keras.metrics.MeanMetricWrapper(made, name=made.__name__)


def _from_keras(field: str, getter: Any, value: Any) -> Any:
    try:
        return getter(value)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"Keras knows no {field} {value!r}: {reason}") from error


def _callbacks_of_plugins(run: Run) -> list[keras.callbacks.Callback]:
    return [
        callback
        for _, offered in default_host().call("modelzoo_callbacks", run=run)
        for callback in offered or ()
    ]
