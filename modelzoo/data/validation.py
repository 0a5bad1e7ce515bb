"""Splitting images in two by what they are, not by where they stand."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.source import Split
from modelzoo.errors import ConfigError, DatasetError

__all__ = ["split_by_content", "split_validation"]


def split_validation(split: Split, fraction: float) -> tuple[Split, Split]:
    """Split a validation part off a training split.

    Args:
        split: The training split.
        fraction: Share of the images to validate with, between 0 and 1.

    Returns:
        What is left to train with, and the validation part.

    Raises:
        ConfigError: ``fraction`` is not between 0 and 1.
        DatasetError: There are not two different images.

    Example:
        >>> from modelzoo.data.source import ArraySplit
        >>> images = np.arange(1000, dtype=np.uint16).view(np.uint8).reshape(1000, 1, 2, 1)
        >>> train, val = split_validation(ArraySplit(images, np.zeros(1000)), 0.1)
        >>> len(train) + len(val), 70 < len(val) < 130
        (1000, True)
    """
    if not 0 < fraction < 1:
        raise ConfigError(f"validation is {fraction!r}, expected a fraction between 0 and 1.")
    try:
        return split_by_content(split, fraction, purpose="validation")
    except DatasetError as error:
        raise DatasetError(f"{error} Or train without: validation=0.") from error


def split_by_content(split: Split, fraction: float, *, purpose: str) -> tuple[Split, Split]:
    """Split off a share of the images, chosen by a hash of their contents.

    Copies of one image land on the same side, the order of the images does not matter, and an
    image stays on its side when others are added or removed (unless one side would be empty).

    Args:
        split: Images or files.
        fraction: The share, between 0 and 1, up to chance.
        purpose: What the share is for, at most 16 characters; two purposes choose independently.

    Returns:
        The rest and the share, neither of them empty, both in the order of ``split``.

    Raises:
        DatasetError: There are not two different images.
    """
    positions = _positions(split.content_hashes(), purpose)
    distinct = np.unique(positions)
    if len(distinct) < 2:
        raise DatasetError(
            f"{len(split)} images can't be split for {purpose}: they have to be at least two "
            "different ones."
        )
    # One different image at least on either side, however few there are.
    limit = np.clip(fraction, np.nextafter(distinct[0], 1), distinct[-1])
    chosen = positions < limit
    return split.subset(~chosen), split.subset(chosen)


def _positions(hashes: list[bytes], purpose: str) -> NDArray[np.float64]:
    """A number of 0 to 1 for each hash, as good as random."""
    person = purpose.encode()
    digests = b"".join(
        hashlib.blake2b(each, digest_size=8, person=person).digest() for each in hashes
    )
    return np.frombuffer(digests, ">u8") / 2.0**64
