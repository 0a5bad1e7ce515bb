"""Labels as the tasks take them."""

import math

import numpy as np
import pytest
from datasets import ClassLabel, List, Value
from hypothesis import given
from hypothesis import strategies as st
from modelzoo_huggingface.labels import read_labels

from modelzoo.errors import IncompatibleError, LabelError

PET = ClassLabel(names=["dog", "cat"])


def test_class_labels_keep_their_order():
    classes, labels = read_labels({"train": [1, 0]}, PET, "class", column="pet")
    assert classes == ("dog", "cat")
    assert labels["train"].tolist() == [1, 0]


def test_text_is_sorted():
    values = {"train": ["pug", "ant", "pug"], "test": ["ant"]}
    classes, labels = read_labels(values, Value("string"), "class", column="pet")
    assert classes == ("ant", "pug")
    assert {name: each.tolist() for name, each in labels.items()} == {
        "train": [1, 0, 1],
        "test": [0],
    }


def test_whole_numbers_without_names_are_named_by_themselves():
    classes, labels = read_labels({"train": [7, 2, 7]}, Value("int64"), "class", column="digit")
    assert classes == ("2", "7")
    assert labels["train"].tolist() == [1, 0, 1]


def test_what_has_no_label_is_minus_one():
    values = {"train": ["pug", "ant", "ant"], "test": [None, None]}
    _, labels = read_labels(values, Value("string"), "class", column="pet")
    assert labels["test"].tolist() == [-1, -1]


def test_a_class_that_is_not_trained_on_is_an_error():
    values = {"train": ["pug", "pug", "ant"], "test": ["owl"]}
    with pytest.raises(LabelError, match="'owl' in another split .* 'ant', 'pug'"):
        read_labels(values, Value("string"), "class", column="pet")


def test_names_of_files_are_not_taken_for_classes():
    values = {"train": ["1.jpg", "2.jpg", "3.jpg"]}
    with pytest.raises(LabelError, match="another value for each of 3 images"):
        read_labels(values, Value("string"), "class", column="file")


SETS = st.lists(st.sets(st.sampled_from(["cat", "dog", "owl", "ant"])), min_size=1)


@given(SETS)
def test_sets_of_names_come_back_from_their_zeros_and_ones(sets):
    values = {"train": [sorted(each) for each in sets]}
    classes, labels = read_labels(values, List(Value("string")), "multi_hot", column="tags")
    assert list(classes) == sorted(set().union(*sets))
    for row, expected in zip(labels["train"], sets, strict=True):
        assert {classes[index] for index in np.flatnonzero(row)} == expected


def test_class_labels_of_a_set_are_indices():
    values = {"train": [[0, 1], [], [1]]}
    classes, labels = read_labels(values, List(PET), "multi_hot", column="tags")
    assert classes == ("dog", "cat")
    assert labels["train"].tolist() == [[1, 1], [0, 0], [0, 1]]


@pytest.mark.parametrize("index", [-1, 2])
def test_an_index_of_no_class_is_an_error(index):
    with pytest.raises(LabelError, match=rf"has \[0, {index}\], expected class indices of 0 to 1"):
        read_labels({"train": [[0, index]]}, List(PET), "multi_hot", column="tags")


def test_zeros_and_ones_are_taken_as_they_are():
    feature = List(Value("int8"), length=2)
    classes, labels = read_labels({"train": [[0, 1], [1, 1]]}, feature, "multi_hot", column="is")
    assert classes == ("is 0", "is 1")
    assert labels["train"].tolist() == [[0, 1], [1, 1]]


def test_numbers_are_one_value():
    classes, labels = read_labels({"train": [0.5, None]}, Value("float32"), "value", column="age")
    assert classes == ("age",)
    assert labels["train"][0] == 0.5
    assert math.isnan(labels["train"][1])


def test_lists_of_numbers_are_several_values():
    feature = List(Value("float64"), length=2)
    classes, labels = read_labels({"train": [[0.5, 2.0]]}, feature, "value", column="eye")
    assert classes == ("eye 0", "eye 1")
    assert labels["train"].tolist() == [[0.5, 2.0]]


@pytest.mark.parametrize(
    ("feature", "kind"),
    [(PET, "multi_hot"), (PET, "value"), (Value("float32"), "class"), (List(PET), "class")],
)
def test_a_column_of_another_kind_does_not_fit(feature, kind):
    with pytest.raises(IncompatibleError, match="label='NAME'"):
        read_labels({"train": [0]}, feature, kind, column="label")
