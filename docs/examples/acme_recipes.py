"""Registers a complete training under a name."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_recipes():
    """A recipe names things that other plugins registered; it has no code of its own."""
    return [
        modelzoo.RecipeSpec(
            name="acme_shapes",
            summary="Drawn shapes, mirrored, 3 epochs",
            model="mobilenet_v1_mini",
            dataset="shapes",
            dataset_options={"train": 300, "test": 60},
            options={"filters": [16, 16]},
            config={"epochs": 3, "batch_size": 64, "augment": {"horizontal_flip": True}},
        )
    ]
