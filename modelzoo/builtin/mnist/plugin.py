"""Registers MNIST."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl

CLASSES = tuple("0123456789")


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """The handwritten digits."""
    return [
        DatasetSpec(
            name="mnist",
            summary="Handwritten digits, 28 x 28 grey",
            loader="modelzoo.builtin.mnist.dataset:load",
            task="multiclass",
            labels=("class",),
            num_classes=10,
            classes=CLASSES,
            input_shape=(28, 28, 1),
            splits={"train": 60_000, "test": 10_000},
            paper="doi:10.1109/5.726791",
            licence="CC-BY-SA-3.0",
            homepage="http://yann.lecun.com/exdb/mnist/",
            download_bytes=11_490_434,
        )
    ]
