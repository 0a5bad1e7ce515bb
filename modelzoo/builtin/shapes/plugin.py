"""Registers the dataset of drawn shapes."""

from __future__ import annotations

from modelzoo.registry import DatasetSpec, hookimpl


@hookimpl
def modelzoo_datasets() -> list[DatasetSpec]:
    """One dataset for every kind of label."""
    return [
        DatasetSpec(
            name="shapes",
            summary="Drawn shapes with noise, made from a seed: needs no files",
            loader="modelzoo.builtin.shapes.dataset:load",
            task="multiclass",
            labels=("class", "multi_hot", "value"),
            input_shape=(32, 32, 3),
            splits={"train": 2000, "test": 500},
            licence="MIT",
            tags=("synthetic", "offline"),
        )
    ]
