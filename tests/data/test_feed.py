import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.feed import fits_in_memory, stream_batches
from modelzoo.data.source import ArraySplit


@given(st.integers(1, 100), st.integers(1, 40), st.integers(0, 2**31 - 1))
def test_batches_are_the_rows_in_the_order(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n).astype(np.int32)
    rows = np.arange(n) * 10
    batches = [batch for (batch,) in stream_batches((rows,), order, batch_size)]
    assert np.concatenate(batches).tolist() == (order * 10).tolist()
    assert {len(each) for each in batches[:-1]} <= {batch_size}


@given(st.integers(1, 100), st.integers(1, 40), st.integers(0, 5))
def test_beginning_later_gives_the_same_later_batches(n, batch_size, first):
    order = np.arange(n, dtype=np.int32)
    whole = [batch.tolist() for (batch,) in stream_batches((order,), order, batch_size)]
    later = stream_batches((order,), order, batch_size, first=first)
    assert [batch.tolist() for (batch,) in later] == whole[first:]


def test_memory_mapped_images_are_read_as_they_are(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), np.uint8)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    order = np.arange(20, dtype=np.int32)[::-1].copy()
    (batch,) = next(stream_batches((mapped,), order, 6))
    assert np.array_equal(batch, images[::-1][:6])


def test_an_error_while_reading_reaches_the_caller():
    order = np.array([0, 99], np.int32)
    with pytest.raises(IndexError):
        list(stream_batches((np.arange(5),), order, 1))


def test_more_than_a_quarter_of_the_memory_does_not_fit(monkeypatch):
    split = ArraySplit(np.zeros((4, 16, 16, 1), np.uint8), np.zeros(4))
    sizes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 4 * 4 * 256 - 1}
    monkeypatch.setattr("os.sysconf", sizes.__getitem__)
    assert not fits_in_memory(split)
