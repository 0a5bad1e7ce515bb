"""Registers the dataset of a user's own image folders."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """One dataset for all folders of images."""
    return [
        DatasetSpec(
            name="image_folder",
            summary="Your own images: a folder with a sub-folder per class",
            loader="modelzoo.builtin.image_folder.dataset:load",
            task="multiclass",
            labels=("class",),
            needs_data_dir=True,
            tags=("files", "local"),
        )
    ]
