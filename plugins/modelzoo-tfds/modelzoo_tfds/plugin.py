"""What this package offers; the code is imported when somebody asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelzoo import DatasetSpec, Family, hookimpl

if TYPE_CHECKING:
    from modelzoo.registry import Kind

# As the folders are named in which TensorFlow Datasets keeps them: NAME/CONFIG/VERSION.
_NAME = re.compile(
    r"tfds/(?P<set>[A-Za-z][\w\-]*)(/(?P<config>(?!\d+\.\d+\.\d+(/|$))[A-Za-z0-9][\w.\-]*))?"
    r"(/(?P<version>\d+\.\d+\.\d+))?",
    re.ASCII,
)


@hookimpl
def modelzoo_families() -> list[Family]:
    """The sets, and their configurations.

    The examples are one small set, so that the package can be checked with the data of its
    examples where hardly anything can be downloaded.
    """
    return [
        Family(
            kind="dataset",
            pattern="tfds/NAME",
            summary="Any image classification set of TensorFlow Datasets",
            examples=("tfds/fashion_mnist",),
        ),
        Family(
            kind="dataset",
            pattern="tfds/NAME/CONFIG",
            summary="One of its configurations or versions, or both (tfds/NAME/CONFIG/VERSION)",
            examples=("tfds/fashion_mnist/3.0.1",),
        ),
    ]


@hookimpl
def modelzoo_resolve(kind: Kind, name: str) -> DatasetSpec | None:
    """The dataset of a name such as ``tfds/mnist``; whether there is one is not looked up."""
    found = _NAME.fullmatch(name)
    if kind != "dataset" or found is None:
        return None
    set_name = found["set"].lower().replace("-", "_")
    config, version = found["config"], found["version"]
    # In the words of TensorFlow Datasets: name/config:version.
    builder = set_name + (f"/{config}" if config else "") + (f":{version}" if version else "")
    return DatasetSpec(
        name="/".join(each for each in ("tfds", set_name, config, version) if each),
        summary=f"{builder} of TensorFlow Datasets",
        loader="modelzoo_tfds.dataset:load",
        task="multiclass",
        labels=("class", "multi_hot"),
        options={"builder": builder},
        download_bytes=None,
        homepage=f"https://www.tensorflow.org/datasets/catalog/{set_name}",
        tags=("tfds",),
    )
