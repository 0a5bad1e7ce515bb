"""Registers CIFAR-10."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """The small photographs."""
    return [
        DatasetSpec(
            name="cifar10",
            summary="Photographs of ten kinds of animals and vehicles, 32 x 32 in colour",
            loader="modelzoo.builtin.cifar10.dataset:load",
            task="multiclass",
            labels=("class",),
            num_classes=10,
            classes=CLASSES,
            input_shape=(32, 32, 3),
            splits={"train": 50_000, "test": 10_000},
            paper="Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
            licence="not stated by its authors",
            homepage="https://www.cs.toronto.edu/~kriz/cifar.html",
            download_bytes=170_052_171,
            tags=("photographs",),
        )
    ]
