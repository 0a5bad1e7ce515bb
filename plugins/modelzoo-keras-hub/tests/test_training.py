"""Models of KerasHub are trained and kept like any other."""

import numpy as np
import pytest

import modelzoo


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["resnet", "vit", "hgnetv2"])
def test_a_training_s_weights_come_back(name, tiny, size):
    trainer = modelzoo.Trainer(
        f"keras_hub/{name}",
        "shapes",
        input_shape=(size(name), size(name), 3),
        model_options=tiny(name),
        dataset_options={"train": 16, "test": 8},
        epochs=1,
        batch_size=8,
        validation=0.0,
    )
    run = trainer.fit()
    assert run.history[-1]["step"] == 2
    images = modelzoo.load_dataset("shapes", train=8, test=4).splits["test"].images
    assert [each.label for each in run.predict(images)] == [
        each.label for each in modelzoo.Run(run.folder).predict(images)
    ]


def test_a_training_begins_with_a_preset(preset, theirs):
    trainer = modelzoo.Trainer(
        "keras_hub/preset",
        "shapes",
        input_shape=(64, 64, 3),
        model_options={"preset": str(preset("resnet"))},
        weights=preset("resnet"),
        dataset_options={"train": 8, "test": 8},
        epochs=1,
        batch_size=8,
        validation=0.0,
        learning_rate=1e-9,
    )
    run = trainer.fit()
    trained = run.model.get_layer("backbone").trainable_weights
    begun = theirs("resnet").backbone.trainable_weights
    for ours, other in zip(trained, begun, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(other), atol=1e-6)
