"""The dataset's code; this module is imported when the dataset is loaded."""

import numpy as np

from modelzoo import ArraySplit, Dataset

CLASSES = ("level", "upright", "crossed")


def load(*, task, data_dir, train, test, seed=0):
    """Draw the images.

    Args:
        task: The spec of the task that the labels are for.
        data_dir: Where a user says the data are; drawn images need no place.
        train: Number of training images.
        test: Number of test images.
        seed: Where the randomness comes from.
    """
    random = np.random.default_rng(seed)
    splits = {"train": _draw(random, train), "test": _draw(random, test)}
    return Dataset(name="acme_stripes", splits=splits, classes=CLASSES)


def _draw(random, count):
    labels = random.integers(0, len(CLASSES), count)
    period, phase = random.integers(3, 6, (count, 1)), random.integers(0, 6, (count, 1))
    wave = 100 * ((np.arange(16) + phase) % period == 0)
    level, upright = wave[:, :, None] * (labels != 1)[:, None, None], wave[:, None, :]
    images = level + upright * (labels != 0)[:, None, None] + random.integers(0, 56, (16, 16))
    return ArraySplit(images.astype(np.uint8)[..., None], labels)
