"""Images and labels to check with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo import TaskSpec
from modelzoo.testing.samples import few_classes, noise_images, plain_labels, probe_images

sides = st.integers(1, 40)


def task(labels="class", least=1, most=None):
    return TaskSpec(
        name="made_up",
        summary="A task",
        task="json:dumps",
        labels=labels,
        min_classes=least,
        max_classes=most,
    )


@given(sides, sides, st.sampled_from([1, 3]))
def test_noise_has_any_shape(height, width, channels):
    images = noise_images((height, width, channels), 3)
    assert (images.shape, images.dtype) == ((3, height, width, channels), np.uint8)


def test_images_of_noise_differ_when_they_are_averaged():
    means = noise_images((32, 32, 3), 8).mean(axis=(1, 2))
    assert means.std(axis=0).min() > 5


def test_noise_is_the_same_each_time():
    assert np.array_equal(noise_images((8, 8, 3), 2), noise_images((8, 8, 3), 2))


def test_probes_have_both_ends_of_the_range():
    black, white, *noise = probe_images((8, 8, 1))
    assert (black.max(), white.min(), len(noise)) == (0, 255, 6)


@given(st.integers(1, 9), st.none() | st.integers(0, 9))
def test_a_few_classes_are_as_many_as_the_task_takes(least, more):
    most = None if more is None else least + more
    count = few_classes(task(least=least, most=most))
    assert least <= count <= (most or max(3, least))


@given(st.integers(1, 6), st.integers(2, 20))
def test_labels_of_every_kind_are_what_they_should_be(num_classes, count):
    indices = plain_labels(task("class"), num_classes, count)
    assert set(indices.tolist()) == set(range(min(num_classes, count)))
    hot = plain_labels(task("multi_hot"), num_classes, count)
    assert hot.shape == (count, num_classes)
    assert set(np.unique(hot)) == {0, 1}
    values = plain_labels(task("value"), num_classes, count)
    assert values.shape == (count, num_classes)
    assert 0 <= values.min() <= values.max() < 1
    assert values.std(axis=0).min() > 0


@pytest.mark.parametrize("kind", ["class", "multi_hot", "value"])
def test_labels_differ_from_image_to_image(kind):
    labels = plain_labels(task(kind), 3, 6)
    assert len(np.unique(labels, axis=0)) > 1
