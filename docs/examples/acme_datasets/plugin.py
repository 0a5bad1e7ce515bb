"""Registers a dataset that is drawn from a seed."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_datasets():
    """The dataset, with what can be asked of it before it is loaded."""
    return [
        modelzoo.DatasetSpec(
            name="acme_stripes",
            summary="Level, upright and crossed stripes with noise",
            loader="acme_datasets.stripes:load",
            task="multiclass",
            classes=("level", "upright", "crossed"),
            num_classes=3,
            input_shape=(16, 16, 1),
            options={"train": 300, "test": 60},
            licence="CC0-1.0",
        )
    ]
