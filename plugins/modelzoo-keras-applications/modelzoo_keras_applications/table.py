"""What ``table.json`` says of each network, measured and asked of Keras by ``make_table.py``."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["FILE", "Published", "Row", "rows"]

FILE = Path(__file__).with_name("table.json")


class Published(NamedTuple):
    """A file of ImageNet weights, as Keras downloads it.

    Attributes:
        name: What a user passes as ``weights=``.
        variant: What it is for, where that is not the network as it is by default; such as
            ``", alpha 0.5, 160 x 160"``.
        url: Where it is.
        file: The name that Keras keeps it under.
        hash: The MD5 or SHA-256 that Keras declares, in hexadecimal; empty where it declares none.
    """

    name: str
    variant: str
    url: str
    file: str
    hash: str


class Row(NamedTuple):
    """A network at its default size of images and with its default options.

    Attributes:
        features: Width of its features.
        parameters: Number of its parameters up to the classifier.
        mult_adds: Its multiply-adds up to the classifier, for one image.
        published: The weights, those of ``weights="imagenet"`` first.
    """

    features: int
    parameters: int
    mult_adds: int
    published: tuple[Published, ...]


@lru_cache
def rows() -> dict[str, Row]:
    """The networks by the names of their functions in ``keras.applications``.

    Example:
        >>> rows()["ResNet50"].features
        2048
    """
    table = json.loads(FILE.read_text("utf-8"))
    return {
        architecture: Row(
            features=row["features"],
            parameters=row["parameters"],
            mult_adds=row["mult_adds"],
            published=tuple(Published(**each) for each in row["published"]),
        )
        for architecture, row in table["networks"].items()
    }
