"""Rows of a memory-mapped array by their indices."""

import numpy as np
import pytest

from modelzoo.data.mapped_subset import MappedSubset

ROWS = np.array([1, 4, 5])


@pytest.fixture
def whole(tmp_path):
    np.random.default_rng(0).integers(0, 256, (6, 3, 2), np.uint8).tofile(tmp_path / "raw")
    return np.memmap(tmp_path / "raw", np.uint8, "r", shape=(6, 3, 2))


@pytest.mark.parametrize("index", [0, -1, slice(1, None), slice(None, None, 2), [2, 0]])
def test_rows_are_had_as_from_an_array(whole, index):
    assert np.array_equal(MappedSubset(whole, ROWS)[index], whole[ROWS][index])


def test_it_is_described_as_an_array_is(whole):
    subset, array = MappedSubset(whole, ROWS), whole[ROWS]
    for name in ("shape", "ndim", "dtype", "nbytes"):
        assert getattr(subset, name) == getattr(array, name)
    assert len(subset) == len(array)


def test_it_becomes_an_array_where_one_is_wanted(whole):
    array = np.asarray(MappedSubset(whole, ROWS), np.float32)
    assert array.dtype == np.float32
    assert np.array_equal(array, whole[ROWS])


def test_it_is_no_array_without_a_copy(whole):
    with pytest.raises(ValueError, match="no array without a copy"):
        np.asarray(MappedSubset(whole, ROWS), copy=False)


def test_going_through_it_copies_nothing(whole):
    rows = list(MappedSubset(whole, ROWS))
    assert np.array_equal(rows, whole[ROWS])
    assert all(np.shares_memory(each, whole) for each in rows)


def test_a_row_that_is_not_there_is_an_error(whole):
    with pytest.raises(IndexError):
        MappedSubset(whole, ROWS)[3]
