"""Images and labels to check with: noise, and what is at the ends of the range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.registry import Shape, TaskSpec

__all__ = ["few_classes", "noise_images", "plain_labels", "probe_images"]

# So many classes (or values) unless the task wants more or fewer.
_CLASSES = 3
# Side of the squares, in pixels.
_SQUARE = 8


def noise_images(shape: Shape, count: int, *, seed: int = 0) -> NDArray[np.uint8]:
    """Squares of random colours with noise on them, uint8 ``(count, height, width, channels)``.

    Noise alone looks all the same to a network that averages over maps.

    Example:
        >>> noise_images((4, 4, 3), 2).shape
        (2, 4, 4, 3)
    """
    random = np.random.default_rng(seed)
    height, width, channels = shape
    grid = random.integers(0, 192, (count, -(-height // _SQUARE), -(-width // _SQUARE), channels))
    squares = grid.repeat(_SQUARE, axis=1).repeat(_SQUARE, axis=2)[:, :height, :width]
    return (squares + random.integers(0, 64, squares.shape)).astype(np.uint8)


def probe_images(shape: Shape) -> NDArray[np.uint8]:
    """A black image, a white one, and six of noise.

    Example:
        >>> probe_images((4, 4, 3))[:2].max(axis=(1, 2, 3)).tolist()
        [0, 255]
    """
    ends = np.stack([np.full(shape, value, np.uint8) for value in (0, 255)])
    return np.concatenate([ends, noise_images(shape, 6)])


def few_classes(task: TaskSpec) -> int:
    """A small number of classes (or values) that makes sense for a task.

    Example:
        >>> from modelzoo import find
        >>> few_classes(find("task", "binary").spec), few_classes(find("task", "multiclass").spec)
        (2, 3)
    """
    most = _CLASSES if task.max_classes is None else min(_CLASSES, task.max_classes)
    return max(task.min_classes, most)


def plain_labels(task: TaskSpec, num_classes: int, count: int) -> NDArray[Any]:
    """Labels as a dataset has them, of the kind that a task learns from.

    Args:
        task: The task.
        num_classes: How many classes (or values) there are.
        count: How many images.

    Returns:
        Class indices int64 ``(count,)``, all classes in turn; 0 or 1 as uint8
        ``(count, num_classes)``, never all the same; or numbers of 0 to 1 as float32
        ``(count, num_classes)``.

    Example:
        >>> from modelzoo import find
        >>> plain_labels(find("task", "multiclass").spec, 3, 4).tolist()
        [0, 1, 2, 0]
    """
    if task.labels == "class":
        return np.arange(count) % num_classes
    turn = np.arange(count)[:, None] + np.arange(num_classes)
    if task.labels == "multi_hot":
        return (turn % 2).astype(np.uint8)
    return (turn % count / count).astype(np.float32)
