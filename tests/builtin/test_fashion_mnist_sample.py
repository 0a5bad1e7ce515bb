import numpy as np
import pytest

from modelzoo.builtin.fashion_mnist.dataset import DEBIAN_FOLDER
from modelzoo.builtin.fashion_mnist.sample import SAMPLE_FILE
from modelzoo.data import load_dataset
from modelzoo.errors import OptionError


@pytest.fixture
def debian():
    """Debian's folder with the real files."""
    if not DEBIAN_FOLDER.is_dir():
        pytest.skip("the real files are not here: install Debian's package dataset-fashion-mnist")
    return DEBIAN_FOLDER


def test_it_is_balanced_in_both_splits():
    splits = load_dataset("fashion_mnist_sample").splits
    assert np.bincount(splits["train"].labels).tolist() == [600] * 10
    assert np.bincount(splits["test"].labels).tolist() == [100] * 10


def test_it_takes_at_most_four_megabytes():
    assert SAMPLE_FILE.stat().st_size <= 4_000_000


def test_its_licence_lies_beside_it():
    text = SAMPLE_FILE.with_name("LICENSE.sample.txt").read_text(encoding="utf-8")
    assert "The MIT License (MIT) Copyright © 2017 Zalando SE" in text


def test_the_script_makes_the_same_pixels_again(debian):
    from modelzoo.builtin.fashion_mnist.make_sample import make_sample

    made = make_sample(debian)
    for split_name, split in load_dataset("fashion_mnist_sample").splits.items():
        np.testing.assert_array_equal(split.images[..., 0], made[f"x_{split_name}"])
        np.testing.assert_array_equal(split.labels, made[f"y_{split_name}"])


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_image_is_one_of_the_same_split_with_its_label(debian, split):
    sample = load_dataset("fashion_mnist_sample").splits[split]
    whole = load_dataset("fashion_mnist", data_dir=debian).splits[split]
    labelled = set(zip(whole.content_hashes(), whole.labels.tolist(), strict=True))
    assert set(zip(sample.content_hashes(), sample.labels.tolist(), strict=True)) <= labelled


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(OptionError, match="is part of the package. Leave data_dir out"):
        load_dataset("fashion_mnist_sample", data_dir=tmp_path)
