"""What this package offers; the code is imported when somebody asks for it."""

from modelzoo import DatasetSpec, ModelSpec, RecipeSpec, TaskSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [
        ModelSpec(
            name="acme_net",
            summary="Two plain convolutions",
            builder="acme_zoo.nets:acme_net",
            input_shape=(32, 32, 3),
            min_size=8,
            options={"width": 8},
            tags=("small",),
        )
    ]


@hookimpl
def modelzoo_datasets():
    return [
        DatasetSpec(
            name="stripes",
            summary="Pictures of one to four stripes",
            loader="acme_zoo.stripes:load",
            task="multiclass",
            num_classes=4,
            classes=("one", "two", "three", "four"),
            input_shape=(32, 32, 3),
            options={"train": 400, "test": 80},
        )
    ]


@hookimpl
def modelzoo_tasks():
    return [
        TaskSpec(
            name="ordinal",
            summary="One of several classes that have an order",
            task="acme_zoo.ordinal:Ordinal",
            labels="class",
            min_classes=3,
        )
    ]


@hookimpl
def modelzoo_recipes():
    return [
        RecipeSpec(
            name="stripes_quick",
            summary="Counts stripes",
            model="acme_net",
            dataset="stripes",
            task="ordinal",
            config={"epochs": 1, "batch_size": 8, "validation": 0.0},
            dataset_options={"train": 16, "test": 8},
        )
    ]
