import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.source import ArraySplit, FileSplit
from modelzoo.data.validation import split_by_content, split_validation
from modelzoo.errors import ConfigError, DatasetError


def numbered(numbers):
    """Images that show a number each; equal numbers are copies of one image."""
    images = np.zeros((len(numbers), 2, 2, 1), np.uint8)
    images[:, 0, 0, 0] = np.asarray(numbers) % 256
    images[:, 0, 1, 0] = np.asarray(numbers) // 256
    return ArraySplit(images, np.asarray(numbers))


@given(st.permutations(range(300)))
def test_an_image_s_side_does_not_depend_on_the_order(order):
    _, expected = split_validation(numbered(range(300)), 0.2)
    _, val = split_validation(numbered(order), 0.2)
    assert set(val.labels) == set(expected.labels)


@given(st.integers(0, 299))
def test_an_image_s_side_does_not_depend_on_the_others(gone):
    _, expected = split_validation(numbered(range(300)), 0.2)
    _, val = split_validation(numbered([each for each in range(300) if each != gone]), 0.2)
    assert set(val.labels) == set(expected.labels) - {gone}


@given(st.lists(st.integers(0, 9), min_size=2).filter(lambda n: len(set(n)) > 1))
def test_copies_of_an_image_land_on_the_same_side_and_none_is_lost(numbers):
    train, val = split_validation(numbered(numbers), 0.3)
    assert not set(train.labels) & set(val.labels)
    assert sorted([*train.labels, *val.labels]) == sorted(numbers)


@given(st.sets(st.integers(0, 999), min_size=2), st.floats(1e-9, 1 - 1e-9))
def test_neither_side_is_ever_empty(numbers, fraction):
    train, val = split_validation(numbered(sorted(numbers)), fraction)
    assert len(train) > 0
    assert len(val) > 0


def test_two_purposes_choose_independently():
    rest, _ = split_by_content(numbered(range(2000)), 0.5, purpose="test")
    _, val = split_validation(rest, 0.25)
    assert 0.2 < len(val) / len(rest) < 0.3


def test_nothing_is_lost_and_the_share_is_about_what_was_asked_for():
    train, val = split_validation(numbered(range(2000)), 0.25)
    assert sorted([*train.labels, *val.labels]) == list(range(2000))
    assert 430 < len(val) < 570


def test_files_are_split_by_what_is_in_them_not_by_their_names(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for index in range(50):
            (tmp_path / name / f"{name}{index}").write_text(f"content {index}")
    sides = []
    for name in ("a", "b"):
        paths = sorted((tmp_path / name).iterdir())
        _, val = split_validation(FileSplit(paths, np.zeros(50)), 0.2)
        sides.append({path.name[1:] for path in val.paths})
    assert sides[0] == sides[1]


def test_copies_of_a_single_image_can_not_be_split():
    with pytest.raises(DatasetError, match="3 images can't be split for validation"):
        split_validation(numbered([7, 7, 7]), 0.1)


@pytest.mark.parametrize("fraction", [0, 1, -0.1, float("nan")])
def test_a_fraction_is_between_0_and_1(fraction):
    with pytest.raises(ConfigError, match=f"validation is {fraction!r}, expected a fraction"):
        split_validation(numbered(range(9)), fraction)


def test_the_error_of_too_few_images_names_the_way_without_validation():
    with pytest.raises(DatasetError, match="Or train without: validation=0"):
        split_validation(numbered([7]), 0.1)


SPLIT = """
import re, resource, sys
from pathlib import Path
import numpy as np
from modelzoo.data.feed import stream_batches
from modelzoo.data.prepare import prepare
from modelzoo.data.source import ArraySplit
from modelzoo.data.validation import split_validation
shape, labels = (128, 128, 1), np.arange(4096) % 256
images = np.memmap(sys.argv[1], np.uint8, "w+", shape=(4096, *shape))
images[:] = labels.reshape(4096, 1, 1, 1)
images = np.memmap(sys.argv[1], np.uint8, "r", shape=images.shape)
used = int(re.search(r"VmData:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 2**25, used + 2**25))
for part in split_validation(ArraySplit(images, labels), 0.5):
    split = prepare(part, shape)
    order = np.arange(len(split), dtype=np.int32)
    for pixels, truth in stream_batches((split.images, split.labels), order, 8):
        assert (pixels[:, 0, 0, 0] == truth).all()
print("done")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="another system's limits count otherwise")
def test_the_parts_of_a_mapping_are_no_memory_of_the_process(cache, tmp_path):
    """64 MB of images, and 32 MB that the process may have."""
    done = subprocess.run(
        [sys.executable, "-c", SPLIT, tmp_path / "raw"], capture_output=True, text=True
    )
    assert done.stdout == "done\n", done.stderr
