import math

import numpy as np
import pytest

from modelzoo.builtin.shapes.drawing import SHAPES, coverage
from modelzoo.data import load_dataset
from modelzoo.errors import OptionError

# Of a shape whose enclosing circle has radius 1, by school geometry.
AREAS = {
    "circle": math.pi,
    "square": 2.0,
    "triangle": 3 * math.sqrt(3) / 4,
    "cross": 2 * (1.9 * 0.6) - 0.6**2,
    "ring": math.pi * (1 - 0.6**2),
    "star": 10 * 0.5 * 0.4 * math.sin(math.pi / 5),
}


def background_of(images):
    """The colour of each picture's corner, where no shape reaches."""
    return images[:, :1, :1].astype(int)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_covers_its_area_however_it_is_turned(shape):
    radius, n = 0.4, 7
    angles = np.linspace(0, 2, n, dtype=np.float32)
    centres = np.full((n, 2), 0.5, np.float32)
    covered = coverage(shape, centres, np.full(n, radius, np.float32), angles, 200)
    np.testing.assert_allclose(covered.mean(axis=(1, 2)), AREAS[shape] * radius**2, rtol=0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_stays_in_its_enclosing_circle(shape):
    side = 100
    one = np.ones(1, np.float32)
    covered = coverage(shape, np.array([[0.5, 0.4]], np.float32), 0.3 * one, 0.5 * one, side)[0]
    y, x = np.nonzero(covered)
    distances = np.hypot((x + 0.5) / side - 0.5, (y + 0.5) / side - 0.4)
    assert 0.25 < distances.max() <= 0.3 + 1 / side


@pytest.mark.parametrize("num_classes", range(2, 7))
def test_each_class_has_as_many_pictures(num_classes):
    dataset = load_dataset("shapes", num_classes=num_classes, train=60 * num_classes, test=10)
    assert dataset.classes == tuple(SHAPES)[:num_classes]
    assert np.bincount(dataset.splits["train"].labels).tolist() == [60] * num_classes


def test_a_binary_task_gets_two_classes():
    assert load_dataset("shapes", task="binary", train=4, test=2).classes == ("circle", "square")


def test_without_options_the_splits_are_those_of_the_spec():
    splits = load_dataset("shapes").splits
    assert splits["train"].images.shape == (2000, 32, 32, 3)
    assert splits["test"].images.shape == (500, 32, 32, 3)


def test_several_shapes_in_a_picture_each_in_its_place():
    options = {"train": 300, "test": 1, "num_classes": 6, "size": 96, "noise": 0.0}
    split = load_dataset("shapes", task="multilabel", **options).splits["train"]
    assert split.labels.shape == (300, 6)
    assert split.labels.sum(axis=1).min() == 1
    assert split.labels.sum(axis=1).max() == 6
    # Colours of the inner pixels, that no edge goes through: one more than there are shapes.
    for image, labels in zip(split.images[:50], split.labels, strict=False):
        colours, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
        assert (counts > 20).sum() == 1 + labels.sum(), colours


def test_the_value_is_the_diameter_of_the_enclosing_circle():
    side = 128
    options = {"train": 200, "test": 1, "num_classes": 2, "size": side, "noise": 0.0}
    dataset = load_dataset("shapes", task="regression", **options)
    images, values = dataset.splits["train"].images, dataset.splits["train"].labels
    assert dataset.classes == ("size",)
    seen = (images != background_of(images)).any(axis=3)
    widths = seen.any(axis=1).sum(axis=1) / side
    # A circle is as wide as its diameter; an upright square by the root of a half less.
    assert (widths <= values + 2 / side).all()
    assert (widths >= math.sqrt(0.5) * values - 2 / side).all()


def test_a_seed_gives_the_same_pictures_again_and_another_seed_others():
    first, again, other = (
        load_dataset("shapes", train=20, test=5, seed=seed).splits["train"] for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_the_test_pictures_do_not_depend_on_how_many_are_to_train_on():
    few, many = (load_dataset("shapes", train=n, test=9).splits["test"] for n in (5, 50))
    np.testing.assert_array_equal(few.images, many.images)


def test_no_test_picture_is_a_training_picture():
    splits = load_dataset("shapes", train=200, test=200).splits
    assert not set(splits["train"].content_hashes()) & set(splits["test"].content_hashes())


def test_large_pictures_are_painted_in_several_batches():
    split = load_dataset("shapes", train=6, test=1, size=512, noise=0.0).splits["train"]
    seen = (split.images != background_of(split.images)).any(axis=(1, 2, 3))
    assert seen.all()


def test_noise_has_the_deviation_that_is_asked_for():
    images = load_dataset("shapes", train=200, test=1, size=64, noise=0.05).splits["train"].images
    # In the corners, where no shape is: the spread of each picture about its own mean.
    corner = images[:, :3, :3].reshape(200, 9, 3).astype(float)
    bright = corner.mean(axis=1) > 40  # darker ones are cut off at black
    assert np.sqrt(corner.var(axis=1, ddof=1)[bright].mean()) == pytest.approx(0.05 * 255, rel=0.1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": 0}, "train is 0, expected a whole number of at least 1."),
        ({"test": -1}, "test is -1, expected a whole number of at least 1."),
        ({"test": "ten"}, "test is 'ten', expected a whole number of at least 1."),
        ({"train": True}, "train is True, expected a whole number of at least 1."),
        ({"size": 7}, "size is 7, expected a whole number of at least 8 and at most 1024."),
        ({"size": 32.0}, "size is 32.0, expected a whole number of at least 8 and at most 1024."),
        ({"noise": -0.1}, "noise is -0.1, expected a number from 0 to 1."),
        ({"noise": math.nan}, "noise is nan, expected a number from 0 to 1."),
        ({"noise": "much"}, "noise is 'much', expected a number from 0 to 1."),
        ({"seed": -1}, "seed is -1, expected a whole number of at least 0."),
        (
            {"num_classes": 7},
            "num_classes is 7, expected a whole number of at least 2 and at most 6 for task "
            "'multiclass'.",
        ),
        (
            {"num_classes": 1},
            "num_classes is 1, expected a whole number of at least 2 and at most 6 for task "
            "'multiclass'.",
        ),
        (
            {"num_classes": 3, "task": "binary"},
            "num_classes is 3, expected 2 for task 'binary'.",
        ),
    ],
)
def test_an_option_out_of_range_is_refused(options, message):
    with pytest.raises(OptionError) as error:
        load_dataset("shapes", **options)
    assert str(error.value) == message


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(OptionError, match="is drawn and reads no files. Leave data_dir out"):
        load_dataset("shapes", data_dir=tmp_path)


def test_an_unknown_option_is_refused():
    with pytest.raises(OptionError, match="has no option 'colour'"):
        load_dataset("shapes", colour="red")


@pytest.mark.slow
def test_a_small_network_learns_to_tell_shapes_in_a_few_epochs():
    import keras

    import modelzoo

    keras.utils.set_random_seed(0)
    splits = load_dataset("shapes").splits
    model = modelzoo.get(
        "mobilenet_v1_mini", task="multiclass", num_classes=3, input_shape=(32, 32, 3)
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(splits["train"].images, splits["train"].labels, epochs=6, verbose=0)
    _, accuracy = model.evaluate(splits["test"].images, splits["test"].labels, verbose=0)
    assert accuracy > 0.9
