import keras
import numpy as np
import pytest
import tensorflow as tf

from modelzoo.training import Trainer
from modelzoo.training.parted_model import PartedModel
from modelzoo.training.parts import split_parts


@pytest.fixture
def trainer():
    """A training of two steps an epoch, on images made from a seed."""

    def make(dataset="shapes", **settings):
        options = {"train": 24, "test": 8, **settings.pop("dataset_options", {})}
        settings = {"epochs": 1, "batch_size": 12, "validation": 0.0, **settings}
        return Trainer("mobilenet_v1_mini", dataset, dataset_options=options, **settings)

    return make


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory):
    """A finished run that no test changes."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    options = {"train": 60, "test": 12}
    trainer = Trainer("mobilenet_v1_mini", "shapes", epochs=2, dataset_options=options)
    return trainer.fit(run_dir=folder)


def twins(build, shape):
    """A model of random weights, statistics included, and its like in float64."""
    policy = keras.config.dtype_policy()
    made = []
    for precision in (policy, "float64"):
        keras.config.set_dtype_policy(precision)
        keras.utils.set_random_seed(0)
        images = keras.Input(shape)
        made.append(keras.Model(images, build(images)))
    keras.config.set_dtype_policy(policy)
    model, precise = made
    rng = np.random.default_rng(0)
    for ours, theirs in zip(model.weights, precise.weights, strict=True):
        if ours.path.endswith(("gamma", "beta", "moving_mean")):
            ours.assign(rng.normal(0.5, 0.5, ours.shape))
        theirs.assign(keras.ops.convert_to_numpy(ours).astype(np.float64))
    return model, precise


def one_step(model, forward, images):
    """Outputs, losses, gradients and statistics after a call in training; the model as before."""
    before = [keras.ops.convert_to_numpy(each).copy() for each in model.variables]

    @tf.function(autograph=False)
    def step(images):
        with tf.GradientTape() as tape:
            outputs = keras.tree.flatten(forward(images))
            losses = [tf.convert_to_tensor(each) for each in model.losses]
            # Something that is different for each output, and smooth.
            total = sum(tf.reduce_sum(tf.sin(each + 0.3)) for each in outputs) + sum(losses)
        return outputs, losses, tape.gradient(total, [each.value for each in trainable])

    trainable = model.trainable_variables
    made = keras.tree.map_structure(lambda each: each.numpy(), step(tf.constant(images)))
    statistics = [keras.ops.convert_to_numpy(each).copy() for each in model.non_trainable_variables]
    for variable, value in zip(model.variables, before, strict=True):
        variable.assign(value)
    kinds = ("outputs", "losses", "gradients", "statistics")
    return dict(zip(kinds, (*made, statistics), strict=True))


def check_same_in_parts(build, shape=(9, 8, 4), *, batches=(5, 3), counts=(1, 2, 3), slack=1.0):
    model, precise = twins(build, shape)
    for batch in batches:
        images = np.random.default_rng(batch).normal(size=(batch, *shape))
        expected = one_step(precise, lambda x: precise(x, training=True), images)
        images = images.astype(np.float32)
        of_keras = one_step(model, lambda x: model(x, training=True), images)
        for count in counts:
            actual = one_step(model, in_parts(model, count), images)
            for kind, values in expected.items():
                assert len(actual[kind]) == len(values), kind
                for ours, theirs, exact in zip(actual[kind], of_keras[kind], values, strict=True):
                    assert ours.shape == theirs.shape
                    assert ours.dtype == theirs.dtype
                    assert distance(ours, exact) < slack * 2e-5, (kind, batch, count)


def in_parts(model, count):
    return lambda images: PartedModel(model)(split_parts(images, count))


def distance(actual, expected):
    """Relative to the length of what is expected, or to 1 where that is short."""
    difference = np.linalg.norm(actual.astype(np.float64) - expected)
    return difference / max(1.0, np.linalg.norm(expected))


@pytest.fixture
def same_in_parts():
    """Asserts that a model called in parts is the model in float64, to rounding.

    Outputs, losses, gradients and moving statistics, for several numbers of parts and images; what
    builds the model is called with its input.
    """
    return check_same_in_parts
