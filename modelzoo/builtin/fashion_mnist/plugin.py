"""Registers Fashion-MNIST and the sample of it that ships with the package."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_PAPER = "arXiv:1708.07747"
_HOMEPAGE = "https://github.com/zalandoresearch/fashion-mnist"


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """All of it, and a tenth of it without a download."""
    return [
        DatasetSpec(
            name="fashion_mnist",
            summary="Clothes of ten kinds, 28 x 28 grey",
            loader="modelzoo.builtin.fashion_mnist.dataset:load",
            task="multiclass",
            labels=("class",),
            num_classes=10,
            classes=CLASSES,
            input_shape=(28, 28, 1),
            splits={"train": 60_000, "test": 10_000},
            paper=_PAPER,
            licence="MIT",
            homepage=_HOMEPAGE,
            download_bytes=30_878_645,
        ),
        DatasetSpec(
            name="fashion_mnist_sample",
            summary="A tenth of Fashion-MNIST, which ships with the package",
            loader="modelzoo.builtin.fashion_mnist.sample:load",
            task="multiclass",
            labels=("class",),
            num_classes=10,
            classes=CLASSES,
            input_shape=(28, 28, 1),
            splits={"train": 6_000, "test": 1_000},
            paper=_PAPER,
            licence="MIT",
            homepage=_HOMEPAGE,
            tags=("offline",),
        ),
    ]
