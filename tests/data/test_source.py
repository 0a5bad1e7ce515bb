from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.source import ArraySplit, Dataset, FileSplit
from modelzoo.errors import ArrayError, DatasetError


def split(n=4, value=0):
    return ArraySplit(np.full((n, 2, 2, 1), value, np.uint8), np.arange(n))


def dataset(**changes):
    fields = {"name": "d", "splits": {"train": split()}, "classes": ("a", "b", "c", "d")}
    return Dataset(**{**fields, **changes})


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((3, 2, 2), np.uint8),
        np.zeros((3, 2, 2, 1), np.float32),
        np.zeros((2, 2, 1), np.uint8),
    ],
)
def test_images_of_a_wrong_shape_or_dtype_are_refused(images):
    with pytest.raises(ArrayError, match=r"expected uint8 of shape \(images, height, width, chan"):
        ArraySplit(images, np.zeros(len(images)))


def test_each_image_needs_one_label():
    with pytest.raises(ArrayError, match="There are 3 images and 2 labels"):
        ArraySplit(np.zeros((3, 2, 2, 1), np.uint8), np.zeros(2))


@pytest.mark.parametrize(
    ("images", "labels", "named"),
    [
        ([0, 1], np.zeros(2), "Images are a list"),
        (np.zeros((2, 2, 2, 1), np.uint8), [0, 1], "Labels are a list"),
    ],
)
def test_what_is_no_array_is_refused(images, labels, named):
    with pytest.raises(ArrayError, match=rf"{named}, expected a NumPy array\. Convert it: "):
        ArraySplit(images, labels)


def test_labels_of_files_are_an_array():
    with pytest.raises(ArrayError, match="Labels are a list, expected a NumPy array"):
        FileSplit([Path("a.png")], [0])


def test_a_single_label_is_not_one_for_each_image():
    with pytest.raises(ArrayError, match="Labels are a single value, expected one for each"):
        ArraySplit(np.zeros((1, 2, 2, 1), np.uint8), np.array(0))


def test_a_dataset_needs_a_training_split():
    with pytest.raises(DatasetError, match="has splits test, expected at least 'train'"):
        dataset(splits={"test": split()})


def test_an_empty_split_is_refused():
    with pytest.raises(DatasetError, match="Split 'test' of dataset 'd' has no images"):
        dataset(splits={"train": split(), "test": split(0)})


def test_the_fingerprint_of_the_same_data_is_the_same():
    assert dataset().fingerprint == dataset().fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": ("a", "b", "c", "e")},
        {"splits": {"train": split(value=1)}},
        {"splits": {"train": split(), "test": split()}},
        {"splits": {"train": ArraySplit(split().images, np.array([0, 1, 2, 2]))}},
    ],
)
def test_the_fingerprint_changes_with_anything(changes):
    assert dataset(**changes).fingerprint != dataset().fingerprint


def test_the_fingerprint_changes_with_a_file_s_content(tmp_path):
    path = tmp_path / "image"
    path.write_bytes(b"one")
    before = dataset(splits={"train": FileSplit([path], np.zeros(1))}).fingerprint
    path.write_bytes(b"another")
    assert dataset(splits={"train": FileSplit([path], np.zeros(1))}).fingerprint != before


def test_a_file_that_can_not_be_read_counts_as_an_empty_one(tmp_path):
    (tmp_path / "empty.jpg").touch()
    split = FileSplit([tmp_path / "gone.jpg", tmp_path / "empty.jpg"], np.zeros(2))
    gone, empty = split.content_hashes()
    assert gone == empty


def test_the_files_are_read_once(tmp_path):
    path = tmp_path / "image"
    path.write_bytes(b"one")
    split = FileSplit([path], np.zeros(1))
    before = split.content_hashes()
    path.write_bytes(b"another")
    assert split.content_hashes() == before
    assert split.subset(np.array([True])).content_hashes() == before


def test_a_subset_of_a_mapped_array_stays_in_its_file(tmp_path):
    images = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(6, 2, 2, 1))
    images[:] = np.arange(6).reshape(6, 1, 1, 1)
    part = ArraySplit(images, np.arange(6)).subset(np.array([1, 0, 1, 1, 0, 1], bool))
    part = part.subset(np.array([0, 1, 1, 1], bool))
    assert part.labels.tolist() == [2, 3, 5]
    assert np.array_equal(part.images, images[[2, 3, 5]])
    assert all(np.shares_memory(each, images) for each in part.images)


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_a_subset_has_the_images_and_labels_that_were_chosen(chosen):
    n = len(chosen)
    whole = ArraySplit(np.arange(n, dtype=np.uint8).reshape(n, 1, 1, 1), np.arange(n))
    part = whole.subset(np.array(chosen))
    expected = [index for index in range(n) if chosen[index]]
    assert part.labels.tolist() == expected
    assert part.images.ravel().tolist() == expected
