"""Registers the photographs of cats and dogs."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl

CLASSES = ("cats", "dogs")


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """One dataset, from a folder or from the network."""
    return [
        DatasetSpec(
            name="cats_vs_dogs",
            summary="Photographs of cats and dogs: a folder of yours, or Microsoft's 25,000",
            loader="modelzoo.builtin.cats_vs_dogs.dataset:load",
            task="binary",
            labels=("class",),
            num_classes=2,
            classes=CLASSES,
            licence="CDLA-Permissive-2.0",
            homepage="https://www.microsoft.com/en-us/download/details.aspx?id=54765",
            download_bytes=824_887_076,
            tags=("files", "photographs"),
        )
    ]
