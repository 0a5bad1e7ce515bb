"""The two recipes against what the notebooks they come from set."""

import pytest

import modelzoo

SETTINGS = {
    "fashion_mnist_seed": {
        "model": "mobilenet_v1_mini",
        "dataset": "fashion_mnist",
        "task": "multiclass",
        "input_shape": (28, 28, 1),
        "parameters": 203891,
        "epochs": 10,
        "augment": {},
        "results": {"test_accuracy": 0.8999, "test_loss": 0.2968},
    },
    "cats_vs_dogs_seed": {
        "model": "mobilenet_v1_mini",
        "dataset": "cats_vs_dogs",
        "task": "binary",
        "input_shape": (64, 64, 3),
        "parameters": 804572,
        "epochs": 25,
        "augment": {"horizontal_flip": True, "zoom": 0.2, "shear": 0.2},
        "results": {"test_accuracy": 0.787, "test_loss": 0.461},
    },
}
each_recipe = pytest.mark.parametrize("name", SETTINGS)


@each_recipe
def test_a_recipe_names_its_parts_and_results(name):
    spec, expected = modelzoo.find("recipe", name).spec, SETTINGS[name]
    for field in ("model", "dataset", "task", "input_shape", "results"):
        assert getattr(spec, field) == expected[field], field


@each_recipe
def test_a_recipe_builds_the_network_of_the_notebook(name):
    spec = modelzoo.find("recipe", name).spec
    model = modelzoo.get(spec.model, task=spec.task, input_shape=spec.input_shape, **spec.options)
    assert model.count_params() == SETTINGS[name]["parameters"]


@each_recipe
def test_a_recipe_is_a_training_configuration(name):
    config = modelzoo.TrainConfig(**modelzoo.find("recipe", name).spec.config)
    assert config.epochs == SETTINGS[name]["epochs"]
    assert dict(config.augment) == SETTINGS[name]["augment"]
    assert (config.batch_size, config.optimizer, config.learning_rate) == (32, "adam", 1e-3)
    assert config.validation == 0
    assert config.loss is None
