"""The dataset of drawn shapes, with labels for every kind of task."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modelzoo.builtin.shapes.drawing import SHAPES, coverage
from modelzoo.data import ArraySplit, Dataset
from modelzoo.errors import OptionError
from modelzoo.registry import TaskSpec

_NAMES = tuple(SHAPES)
_DEFAULT_CLASSES = 3
_MOST_TURN = math.radians(10)
# Pictures are painted in batches so that their floats need little memory, whatever their size.
_PIXELS_AT_ONCE = 2**20


class _Scenes(NamedTuple):
    """What is in each picture: at ``[i, k]`` shape number ``k`` of picture ``i``."""

    present: NDArray[np.bool_]
    centres: NDArray[np.float32]
    radii: NDArray[np.float32]
    angles: NDArray[np.float32]


def load(
    *,
    task: TaskSpec,
    data_dir: Path | None,
    num_classes: int | None = None,
    train: int = 2000,
    test: int = 500,
    size: int = 32,
    noise: float = 0.05,
    seed: int = 0,
) -> Dataset:
    """Draw the dataset.

    Light shapes of random place, size, turn (up to 10 degrees) and colour on a dark background.
    For class labels there is one in each picture, as many of each class; for multi-hot labels one
    to all of the classes, each at most once, side by side; for values one, and the label is the
    diameter of its enclosing circle as a share of the picture's side (0.5 to 0.9).

    Args:
        task: The task to give labels for.
        data_dir: Has to be ``None``: nothing is read.
        num_classes: How many of circle, square, triangle, cross, ring and star, in this order,
            are drawn (2 to 6); default: 3, or what is nearest to it that the task takes.
        train: Number of training pictures.
        test: Number of test pictures; they do not depend on ``train``.
        size: Height and width of the pictures, in pixels (8 to 1024).
        noise: Standard deviation of the noise that is added to each value, as a share of the
            range from black to white (0 to 1).
        seed: Whole number of at least 0; equal seeds give equal pictures.

    Returns:
        Splits ``train`` and ``test`` with images uint8 ``(n, size, size, 3)``.

    Raises:
        OptionError: An option is out of its range, or ``data_dir`` was given.

    Example:
        >>> from modelzoo.registry import find
        >>> spec = find("task", "binary").spec
        >>> dataset = load(task=spec, data_dir=None, train=10, test=4)
        >>> dataset.classes, dataset.splits["train"].labels.sum()
        (('circle', 'square'), np.int64(5))
    """
    if data_dir is not None:
        raise OptionError(
            f"data_dir={str(data_dir)!r} was given, but dataset 'shapes' is drawn and reads no "
            "files. Leave data_dir out, or use dataset 'image_folder' for files of your own."
        )
    shown = _num_classes(num_classes, task)
    for name, value in (("train", train), ("test", test)):
        _check_whole(name, value, 1)
    _check_whole("size", size, 8, 1024)
    _check_whole("seed", seed, 0)
    if (
        isinstance(noise, bool)
        or not isinstance(noise, int | float)
        or not math.isfinite(noise)
        or not 0 <= noise <= 1
    ):
        raise OptionError(f"noise is {noise!r}, expected a number from 0 to 1.")
    splits = {
        name: _draw(np.random.default_rng([seed, stream]), count, shown, size, noise, task.labels)
        for stream, (name, count) in enumerate({"train": train, "test": test}.items())
    }
    classes = ("size",) if task.labels == "value" else _NAMES[:shown]
    return Dataset(name="shapes", splits=splits, classes=classes)


def _num_classes(asked: int | None, task: TaskSpec) -> int:
    if task.labels == "value":  # the task's limits are on the number of values, which is one
        fewest, most = 2, len(_NAMES)
    else:
        fewest = max(2, task.min_classes)
        most = min(len(_NAMES), task.max_classes or len(_NAMES))
    if fewest > most:
        raise OptionError(
            f"Task {task.name!r} takes {task.min_classes} to {task.max_classes or 'any number of'} "
            f"classes, but dataset 'shapes' has 2 to {len(_NAMES)}."
        )
    if asked is None:
        return min(max(_DEFAULT_CLASSES, fewest), most)
    _check_whole("num_classes", asked, fewest, most, f" for task {task.name!r}")
    return asked


def _check_whole(
    name: str, value: Any, least: int, most: int | None = None, purpose: str = ""
) -> None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value < least
        or (most is not None and value > most)
    ):
        if most == least:
            limits = f"{least}"
        else:
            limits = f"a whole number of at least {least}"
            limits += "" if most is None else f" and at most {most}"
        raise OptionError(f"{name} is {value!r}, expected {limits}{purpose}.")


def _draw(
    random: np.random.Generator, n: int, shown: int, size: int, noise: float, labels: str
) -> ArraySplit:
    if labels == "multi_hot":
        scenes = _side_by_side(random, n, shown)
        return ArraySplit(_paint(random, scenes, size, noise), scenes.present.astype(np.int64))
    index = random.permutation(np.arange(n) % shown)
    scenes = _alone(random, index, shown)
    images = _paint(random, scenes, size, noise)
    return ArraySplit(images, 2 * scenes.radii[:, 0] if labels == "value" else index)


def _alone(random: np.random.Generator, index: NDArray[np.int64], shown: int) -> _Scenes:
    n = len(index)
    radii = random.uniform(0.25, 0.45, (n, 1))
    centres = random.uniform(radii, 1 - radii, (n, 2))[:, None]
    angles = random.uniform(-_MOST_TURN, _MOST_TURN, (n, 1))
    return _scenes(index[:, None] == np.arange(shown), centres, radii, angles)


def _side_by_side(random: np.random.Generator, n: int, shown: int) -> _Scenes:
    present = random.random((n, shown)) < 0.5
    present[np.arange(n), random.integers(shown, size=n)] = True
    # Each class has a cell of a grid to itself, another one in each picture.
    cells = math.ceil(math.sqrt(shown))
    places = random.random((n, cells**2)).argsort(axis=1)[:, :shown]
    radii = random.uniform(0.35, 0.5, (n, shown)) / cells
    corners = np.stack([places % cells, places // cells], axis=2) / cells
    room = radii[:, :, None]
    centres = corners + random.uniform(room, 1 / cells - room, (n, shown, 2))
    angles = random.uniform(-_MOST_TURN, _MOST_TURN, (n, shown))
    return _scenes(present, centres, radii, angles)


def _scenes(
    present: NDArray[np.bool_],
    centres: NDArray[np.float64],
    radii: NDArray[np.float64],
    angles: NDArray[np.float64],
) -> _Scenes:
    n, shown = present.shape
    return _Scenes(
        present,
        np.broadcast_to(centres, (n, shown, 2)).astype(np.float32),
        np.broadcast_to(radii, (n, shown)).astype(np.float32),
        np.broadcast_to(angles, (n, shown)).astype(np.float32),
    )


def _paint(
    random: np.random.Generator, scenes: _Scenes, size: int, noise: float
) -> NDArray[np.uint8]:
    n, shown = scenes.present.shape
    # Light on dark: a shape can always be seen, and a small network finds it in a few epochs.
    background = random.uniform(0, 0.3, (n, 1, 3)).astype(np.float32)
    colours = random.uniform(0.7, 1, (n, shown, 3)).astype(np.float32)
    images = np.empty((n, size, size, 3), np.uint8)
    batch = max(1, _PIXELS_AT_ONCE // size**2)
    for start in range(0, n, batch):
        part = slice(start, min(start + batch, n))
        canvas = np.repeat(background[part, :, None], size, axis=1).repeat(size, axis=2)
        for number, name in enumerate(_NAMES[:shown]):
            here = np.flatnonzero(scenes.present[part, number]) + start
            covered = coverage(
                name,
                scenes.centres[here, number],
                scenes.radii[here, number],
                scenes.angles[here, number],
                size,
            )[..., None]
            inside = here - start
            colour = colours[here, number, None, None]
            canvas[inside] += covered * (colour - canvas[inside])
        canvas += np.float32(noise) * random.standard_normal(canvas.shape, np.float32)
        images[part] = np.clip(canvas * 255 + np.float32(0.5), 0, 255).astype(np.uint8)
    return images
