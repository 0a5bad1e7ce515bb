"""The steps of an epoch, on data in memory or streamed from disk."""

from __future__ import annotations

import math
import mmap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from modelzoo.data.feed import fits_in_memory, stream_batches
from modelzoo.data.mapped_subset import MappedSubset
from modelzoo.data.source import ArraySplit
from modelzoo.training.config import TrainConfig
from modelzoo.training.loop import TrainingLoop

__all__ = ["EpochSteps"]

# How long the graph runs before Python looks up: for progress and for Ctrl-C.
_SECONDS_BETWEEN_LOOKS = 0.25
# Bytes: where TensorFlow's kernels expect a tensor to begin (EIGEN_MAX_ALIGN_BYTES).
_ALIGNMENT = 64
# Bytes: what Linux reads ahead for one call at most, unless it is told otherwise.
_READ_AHEAD = 2**17


class EpochSteps:
    """Does the steps of epochs, and looks up from them a few times a second.

    Args:
        loop: The compiled steps.
        split: The training images.
        labels: Their labels as the task checked them.
        config: Says where the images are kept, how many there are to a step, and after how many
            steps a checkpoint is due.
        begin_step: Called before each step with its number in the epoch, from 0 on; ``None``
            where nobody wants to know, so that many steps can be done at once.
    """

    def __init__(
        self,
        loop: TrainingLoop,
        split: ArraySplit,
        labels: NDArray[Any],
        config: TrainConfig,
        *,
        begin_step: Callable[[int], None] | None,
    ) -> None:
        self._loop = loop
        self._arrays = (split.images, labels)
        self._batch_size = config.batch_size
        self._begin_step = begin_step
        self.per_epoch = math.ceil(len(split) / config.batch_size)
        self._stop_every = config.checkpoint_every or self.per_epoch
        # The first step alone: it compiles, and tells how long one takes.
        self._at_once = 1
        self._resident: tuple[tf.Tensor, ...] | None = None
        if config.data == "memory" or (config.data == "auto" and fits_in_memory(split)):
            self._resident = (_in_place(split.images), tf.constant(labels))

    def run(
        self,
        order: NDArray[np.int32],
        rows: NDArray[np.float32],
        partners: NDArray[np.int32] | None,
        *,
        first: int,
    ) -> Iterator[tuple[int, float]]:
        """Do the steps of an epoch.

        Args:
            order: The order of the images, int32 ``(n,)``.
            rows: Their random numbers for augmentation, by index of the image.
            partners: What each image is mixed with, by index; ``None``: none is mixed.
            first: The step to begin with.

        Yields:
            How many steps of the epoch are done, and the last one's loss: at the latest where a
            checkpoint is due, and at once where a loss is not finite.
        """
        if self._resident is not None:
            return self._run_in_memory(self._resident, order, rows, partners, first)
        return self._run_streaming(order, rows, partners, first)

    def _run_in_memory(
        self,
        resident: tuple[tf.Tensor, ...],
        order: NDArray[np.int32],
        rows: NDArray[np.float32],
        partners: NDArray[np.int32] | None,
        first: int,
    ) -> Iterator[tuple[int, float]]:
        data = (*resident, tf.constant(rows), tf.constant(order))
        mixed_with = None if partners is None else tf.constant(partners)
        step = first
        while step < self.per_epoch:
            if self._begin_step is not None:
                self._begin_step(step)
            began = time.perf_counter()
            last = min(step + self._at_once, self._next_stop(step))
            reached, loss = self._loop.run_steps(
                *data, tf.constant(step), tf.constant(last), mixed_with
            )
            done, step = int(reached) - step, int(reached)
            seconds = (time.perf_counter() - began) / done
            if self._begin_step is None:
                self._at_once = max(1, round(_SECONDS_BETWEEN_LOOKS / seconds))
            yield step, float(loss)

    def _run_streaming(
        self,
        order: NDArray[np.int32],
        rows: NDArray[np.float32],
        partners: NDArray[np.int32] | None,
        first: int,
    ) -> Iterator[tuple[int, float]]:
        step, stop, looked = first, self._next_stop(first), time.perf_counter()
        batches = stream_batches(
            (*self._arrays, rows), order, self._batch_size, first=first, partners=partners
        )
        for batch in batches:
            if self._begin_step is not None:
                self._begin_step(step)
            loss = float(self._loop.run_batch(*(tf.constant(each) for each in batch)))
            step, now = step + 1, time.perf_counter()
            if (
                self._begin_step is not None
                or step == stop
                or now - looked > _SECONDS_BETWEEN_LOOKS
                or not math.isfinite(loss)
            ):
                stop, looked = self._next_stop(step), now
                yield step, loss

    def _next_stop(self, step: int) -> int:
        """The step at which the next checkpoint is due, or the epoch ends."""
        return min((step // self._stop_every + 1) * self._stop_every, self.per_epoch)


class _Lent:
    """The memory of an array, called writable, which is all that DLPack knows of.

    Nobody writes there: TensorFlow does not change constants that somebody holds.
    """

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._images = images  # mapped as long as it is lent
        self.__array_interface__ = {
            **images.__array_interface__,
            "data": (images.ctypes.data, False),
        }


def _in_place(images: NDArray[np.uint8] | MappedSubset) -> tf.Tensor:
    """Images as a tensor, for a CPU without a copy where they are mapped from a file."""
    if not isinstance(images, np.memmap) or tf.config.list_physical_devices("GPU"):
        return tf.constant(np.asarray(images))
    is_aligned = images.flags.c_contiguous and images.ctypes.data % _ALIGNMENT == 0
    if not is_aligned:
        return tf.constant(images)
    _read_ahead(images)
    return tf.experimental.dlpack.from_dlpack(np.asarray(_Lent(images)).__dlpack__())


def _read_ahead(images: np.memmap[Any, Any]) -> None:
    """Have a mapped file read in its order, which is faster than in that of the first epoch."""
    mapping: object = images.base
    if isinstance(mapping, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED"):
        with suppress(OSError):  # it is advice, which a system need not take
            for start in range(0, len(mapping), _READ_AHEAD):
                mapping.madvise(mmap.MADV_WILLNEED, start, min(_READ_AHEAD, len(mapping) - start))
