"""One training from its first (or next) step to its end, in a run's folder."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from modelzoo.data.augment import Augmentation
from modelzoo.data.augment.mixing import draw_partners
from modelzoo.data.order import epoch_order
from modelzoo.data.source import Dataset
from modelzoo.errors import NonFiniteLossError, StorageError, TrainingInterrupted
from modelzoo.registry import find
from modelzoo.training.callback_state import overrides_batch_hooks
from modelzoo.training.checkpoint import Checkpoint, latest_checkpoint
from modelzoo.training.configured import make_evaluator, make_optimizer
from modelzoo.training.engine import choose_engine, warn_of_whole_layers
from modelzoo.training.history import EventLog, write_history
from modelzoo.training.interrupt import InterruptWatch
from modelzoo.training.loop import TrainingLoop
from modelzoo.training.plugin_callbacks import callbacks_of_plugins
from modelzoo.training.seeding import seeded
from modelzoo.training.state import TrainingState
from modelzoo.training.steps import EpochSteps
from modelzoo.weights import load_named_weights, save_weights

if TYPE_CHECKING:
    from modelzoo.training.display import Listener
    from modelzoo.training.run import Run

__all__ = ["TrainingSession"]


class TrainingSession:
    """Trains a run's model; begins anew, or where the run's newest checkpoint ends.

    Args:
        run: The run; nothing is written into its folder before :meth:`train`. The folder is held
            by the caller, and empty for a training that begins.
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
        self._checkpoints = run.folder / "checkpoints"
        self._augmentation = Augmentation.from_config(self._config.augment)
        # All of them now, so that a bad image is found before hours of training.
        self._splits = {name: run.prepare_split(dataset, name) for name in dataset.splits}
        self._engine = choose_engine(self._config, strategy, run.info.get("engine"))
        with seeded(self._config.seed), strategy.scope():
            self._model = run.build_model()
            self._evaluator = make_evaluator(run, self._model)
            self._optimizer = make_optimizer(self._config)
            self._optimizer.build(self._model.trainable_variables)
        if self._config.replicas == "auto" and "engine" not in run.info:
            warn_of_whole_layers(self._engine, self._model)
        # Callbacks expect a compiled model; the loss is on logits and therefore ours.
        self._model.compile(optimizer=self._optimizer, jit_compile=False)
        loop = TrainingLoop(
            self._evaluator,
            self._optimizer,
            augmentation=self._augmentation,
            batch_size=self._config.batch_size,
            strategy=strategy,
            parts=self._engine.parts,
        )
        self._callbacks = [*callbacks, *callbacks_of_plugins(run)]
        self._state = TrainingState(
            self._evaluator,
            self._optimizer,
            callbacks=self._callbacks,
            fingerprint=dataset.fingerprint,
        )
        self._notified = keras.callbacks.CallbackList(self._callbacks, model=self._model)
        self._stepwise = any(overrides_batch_hooks(each) for each in self._callbacks)
        self._steps = EpochSteps(
            loop,
            *self._splits["train"],
            self._config,
            begin_step=self._notified.on_train_batch_begin if self._stepwise else None,
        )

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
        try:
            if not resume:
                self._begin()
            # Read before anything is changed: where it is damaged, all stays as it was.
            self._train(self._state.read_latest(self._checkpoints) if resume else None)
        except StorageError as error:
            if self._has_checkpoint():
                raise StorageError(
                    f"{error} Then go on with: {self._run.resume_command}"
                ) from error
            if not resume:
                self._delete_all()
            raise

    def _train(self, saved: Checkpoint | None) -> None:
        events = EventLog(self._run.folder / "events")
        try:
            self._model.stop_training = False
            self._notified.on_train_begin()
            if saved is None:
                self._save_checkpoint()
            else:
                # After on_train_begin, in which callbacks forget what they knew.
                self._restore(saved)
                self._run.update(status="running", reason=None)
            self._listener.started(
                self._run,
                self._config.epochs * self._steps.per_epoch,
                self._steps.per_epoch,
                self._state.epoch * self._steps.per_epoch + self._state.step,
            )
            with InterruptWatch() as watch:
                while self._state.epoch < self._config.epochs and not self._model.stop_training:
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
            raise
        finally:
            events.close()

    def _begin(self) -> None:
        # Only here: a checkpoint has all weights, and the file may be gone when it is resumed.
        if self._run.info["weights"] is not None:
            spec = find("model", self._run.info["model"]["name"]).spec
            load_named_weights(self._model, self._run.info["weights"], spec=spec)
        self._run.info["engine"] = self._engine.to_dict()
        self._run.update(status="running")

    def _delete_all(self) -> None:
        with suppress(OSError):
            for each in self._run.folder.iterdir():
                shutil.rmtree(each) if each.is_dir() else each.unlink()

    def _has_checkpoint(self) -> bool:
        return any(self._checkpoints.glob("epoch-*"))

    def _train_epoch(self, events: EventLog, watch: InterruptWatch) -> None:
        if self._state.step == 0:
            self._evaluator.reset()
            self._state.seconds = 0.0
            self._notified.on_epoch_begin(self._state.epoch)
        began = time.perf_counter() - self._state.seconds
        for logs in self._do_steps():
            self._state.seconds = time.perf_counter() - began
            self._listener.stepped(self._steps_done(), logs, self._rate())
            if watch.requested:
                self._interrupt()
        row = {
            "epoch": self._state.epoch + 1,
            "step": self._steps_done(),
            "seconds": self._state.seconds,
            "images_per_second": self._rate(),
        }
        results = self._evaluator.results()
        rate = float(keras.ops.convert_to_numpy(self._optimizer.learning_rate))
        logs = {"learning_rate": rate, **results}
        if "val" in self._splits:
            self._notified.on_test_begin()
            results = self._evaluator.evaluate(*self._splits["val"])
            self._notified.on_test_end(results)
            logs.update({f"val_{name}": value for name, value in results.items()})
        row |= logs
        self._state.history.append(row)
        self._notified.on_epoch_end(self._state.epoch, logs)
        self._check_weights()
        self._state.epoch, self._state.step, self._state.seconds = self._state.epoch + 1, 0, 0.0
        self._save_checkpoint()
        write_history(self._run.folder / "history.csv", self._state.history)
        events.write(row)
        self._listener.epoch_ended(row)
        if watch.requested and self._state.epoch < self._config.epochs:
            self._interrupt()

    def _steps_done(self) -> int:
        return self._state.epoch * self._steps.per_epoch + self._state.step

    def _rate(self) -> float:
        """Images per second, in this epoch so far."""
        images = min(self._state.step * self._config.batch_size, len(self._splits["train"][0]))
        return images / self._state.seconds

    def _do_steps(self) -> Iterator[dict[str, float]]:
        """Do the rest of the epoch's steps; yields the metrics a few times a second."""
        images = self._splits["train"][0].images
        order = epoch_order(self._config.seed, self._state.epoch, len(images))
        choices = {"seed": self._config.seed, "epoch": self._state.epoch, "n": len(images)}
        rows = self._augmentation.draw(**choices, size=images.shape[1:3])
        partners = draw_partners(**choices) if self._augmentation.mixes else None
        for step, loss in self._steps.run(order, rows, partners, first=self._state.step):
            self._state.step = step
            self._check_finite(loss)
            logs = self._evaluator.results()
            if self._stepwise:
                self._notified.on_train_batch_end(self._state.step - 1, dict(logs))
            every = self._config.checkpoint_every
            if every and self._state.step % every == 0 and self._state.step < self._steps.per_epoch:
                self._check_weights()
                self._save_checkpoint()
            yield logs
            if self._model.stop_training:
                return

    def _check_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise self._not_finite(f"The loss became {loss}")

    def _not_finite(self, what: str) -> NonFiniteLossError:
        kept = latest_checkpoint(self._checkpoints)
        return NonFiniteLossError(
            f"{what} at step {self._steps_done()} (epoch {self._state.epoch + 1}), so the training "
            f"was stopped. The last good checkpoint is {kept}. Try a smaller learning rate.",
            epoch=self._state.epoch + 1,
            step=self._steps_done(),
        )

    def _check_weights(self) -> None:
        # A step can spoil them without its own loss telling: that was computed before.
        for variable in self._model.weights:
            values = keras.ops.convert_to_numpy(variable)
            if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
                raise self._not_finite(f"The weights {variable.path} became NaN or infinite")

    def _interrupt(self) -> None:
        self._check_weights()
        self._save_checkpoint()
        raise TrainingInterrupted(
            f"Stopped at epoch {self._state.epoch + 1}, step {self._state.step} of "
            f"{self._steps.per_epoch}; a checkpoint was saved. Go on with: "
            f"{self._run.resume_command}",
            folder=str(self._run.folder),
        )

    def _save_checkpoint(self) -> None:
        self._state.save(self._checkpoints, versions=self._run.info["versions"])

    def _restore(self, saved: Checkpoint) -> None:
        self._state.restore(saved)
        for leftover in self._run.folder.rglob(".*.tmp"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()

    def _finish(self) -> None:
        description = {
            key: self._run.info[key] for key in ("model", "task", "classes", "input_shape")
        }
        save_weights(self._run.folder, self._model, description)
        write_history(self._run.folder / "history.csv", self._state.history)
        names = {metric.name for metric in self._evaluator.metrics}
        last = self._state.history[-1]
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
