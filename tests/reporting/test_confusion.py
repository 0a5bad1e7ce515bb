import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from modelzoo.errors import ArrayError, LabelError
from modelzoo.reporting import plot_confusion
from modelzoo.reporting.confusion import count_confusions


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_each_image_is_counted_in_the_row_of_its_class_and_the_column_of_the_answer(pairs):
    expected = [[pairs.count((row, column)) for column in range(5)] for row in range(5)]
    counts = count_confusions(*np.array(pairs).T, 5)
    assert counts.tolist() == expected


def test_a_label_out_of_range_is_refused(tmp_path):
    with pytest.raises(LabelError, match="Label 2 of image 1 is out of range"):
        plot_confusion(np.array([0, 2]), np.array([0, 1]), ("a", "b"), tmp_path / "c.png")


def test_as_many_predictions_as_labels_are_asked_for(tmp_path):
    with pytest.raises(ArrayError, match="3 labels and 2 predictions"):
        plot_confusion(np.array([0, 1, 1]), np.array([0, 1]), ("a", "b"), tmp_path / "c.png")


def test_counts_and_names_are_written_down(tmp_path, texts):
    labels = np.repeat([0, 0, 1, 1], [11, 12, 13, 14])
    answers = np.repeat([0, 1, 0, 1], [11, 12, 13, 14])
    plot_confusion(labels, answers, ("$cat$", "dog_$x"), tmp_path / "c.svg")
    assert {"11", "12", "13", "14", "$cat$", "dog_$x"} <= set(texts(tmp_path / "c.svg"))


def test_a_class_without_images_is_drawn_without_warnings(tmp_path, recwarn):
    plot_confusion(np.array([0, 0]), np.array([0, 2]), ("a", "b", "c"), tmp_path / "c.png")
    assert not recwarn.list


@pytest.mark.parametrize("count", [2, 10, 25, 26, 100])
def test_nothing_is_cut_off_at_the_edges(tmp_path, count):
    """The pixels along all four edges are white."""
    labels = np.arange(count)
    names = [f"class_{index}_of_a_long_name" for index in range(count)]
    plot_confusion(labels, labels, names, tmp_path / "c.png")
    with Image.open(tmp_path / "c.png") as picture:
        pixels = np.asarray(picture.convert("L"))
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edges == 255).all()
