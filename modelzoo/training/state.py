"""What of a training changes from step to step, as checkpoints keep it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from modelzoo.errors import CheckpointError
from modelzoo.training.callback_state import (
    check_callbacks,
    plain_attributes,
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
from modelzoo.training.run_info import library_versions
from modelzoo.weights import assign_tensors, assign_to_model, tensors_of

__all__ = ["TrainingState"]


class TrainingState:
    """The model, the optimizer, the metrics, the callbacks, and how far they have come.

    Args:
        evaluator: The model, compiled, and its metrics.
        optimizer: Its optimizer, built.
        callbacks: The callbacks, as they are before the training begins.
        fingerprint: The data's, which a checkpoint is only good for.

    Attributes:
        epoch: Epochs that are done.
        step: Steps that are done of the next one.
        seconds: What these steps took.
        history: A row of results for each epoch that is done.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        optimizer: keras.optimizers.Optimizer,
        *,
        callbacks: Sequence[keras.callbacks.Callback],
        fingerprint: str,
    ) -> None:
        self._model = evaluator.model
        self._evaluator = evaluator
        self._optimizer = optimizer
        self._callbacks = callbacks
        self._given_attributes = plain_attributes(callbacks)
        self._fingerprint = fingerprint
        self.epoch = 0
        self.step = 0
        self.seconds = 0.0
        self.history: list[dict[str, Any]] = []

    def save(self, folder: Path, *, versions: dict[str, str]) -> None:
        """Write a checkpoint.

        Args:
            folder: That of the run's checkpoints.
            versions: Of the libraries that the training was begun with.

        Raises:
            StorageError: It can't be written; those before are kept.
        """
        plain, arrays = state_of_callbacks(self._callbacks, self._given_attributes)
        write_checkpoint(
            folder,
            Checkpoint(
                epoch=self.epoch,
                step=self.step,
                fingerprint=self._fingerprint,
                history=self.history,
                callbacks=plain,
                stopped=bool(self._model.stop_training),
                seconds=self.seconds,
                versions=versions,
                tensors={
                    "model": tensors_of(self._model.variables),
                    "optimizer": tensors_of(self._optimizer.variables),
                    "metrics": tensors_of(self._evaluator.variables),
                    "callbacks": arrays,
                },
            ),
        )

    def read_latest(self, folder: Path) -> Checkpoint:
        """The newest checkpoint of a folder, of which nothing is taken over yet.

        Other versions of the libraries than it was begun with are warned of.

        Raises:
            CheckpointError: There is none, it is damaged, or it is of other data or callbacks.
        """
        path = latest_checkpoint(folder)
        saved = read_checkpoint(path)
        if saved.fingerprint != self._fingerprint:
            raise CheckpointError(
                f"The data have changed since checkpoint {path} was saved (fingerprint "
                f"{saved.fingerprint}, now {self._fingerprint}). Restore the data, or train anew."
            )
        check_callbacks(self._callbacks, saved.callbacks)
        now = library_versions()
        changed = [name for name, each in saved.versions.items() if now.get(name) != each]
        if changed:
            before = ", ".join(f"{name} {saved.versions[name]}" for name in changed)
            warnings.warn(
                f"The training was begun with {before}; with other versions it goes on, but not "
                "to the same bits.",
                stacklevel=2,
            )
        return saved

    def restore(self, saved: Checkpoint) -> None:
        """Take over a checkpoint.

        Raises:
            WeightsError: It is of another model, optimizer or metrics.
        """
        restore_callbacks(self._callbacks, saved.callbacks, saved.tensors["callbacks"])
        assign_to_model(self._model, saved.tensors["model"], source="The checkpoint's model")
        parts = {"optimizer": self._optimizer.variables, "metrics": self._evaluator.variables}
        for part, variables in parts.items():
            assign_tensors(variables, saved.tensors[part], source=f"The checkpoint's {part}")
        self.epoch, self.step = saved.epoch, saved.step
        self.history, self.seconds = saved.history, saved.seconds
        self._model.stop_training = saved.stopped
