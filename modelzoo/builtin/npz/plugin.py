"""Registers the dataset of a user's own arrays."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """One dataset for all files of arrays."""
    return [
        DatasetSpec(
            name="npz",
            summary="Your own arrays: an .npz file with x_train, y_train, x_test and y_test",
            loader="modelzoo.builtin.npz.dataset:load",
            task="multiclass",
            labels=("class", "multi_hot", "value"),
            needs_data_dir=True,
            tags=("files", "local"),
        )
    ]
