"""A validation part split off the training images, by what they show."""

from __future__ import annotations

import numpy as np

from modelzoo.data.source import Split
from modelzoo.errors import DatasetError

__all__ = ["split_validation"]


def split_validation(split: Split, fraction: float) -> tuple[Split, Split]:
    """Split a training set in two by the hash of each image's content.

    Copies of one image land on the same side, and no image changes sides when others come or go
    or the order changes.

    Args:
        split: The training images.
        fraction: About which share goes to validation, between 0 and 1.

    Returns:
        The part to train on and the part to validate on.

    Raises:
        DatasetError: One of the parts would be empty.

    Example:
        >>> from modelzoo.data import ArraySplit
        >>> images = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
        >>> train, val = split_validation(ArraySplit(images, np.zeros(100)), 0.2)
        >>> len(train) + len(val)
        100
    """
    limit = fraction * 2**32
    chosen = np.array(
        [int.from_bytes(each[:4], "big") < limit for each in split.content_hashes()], bool
    )
    if chosen.all() or not chosen.any():
        raise DatasetError(
            f"{len(split)} images can't be split into training and validation with a share of "
            f"{fraction:g}. Use more images, another share, or validation=0 for none."
        )
    return split.subset(~chosen), split.subset(chosen)
