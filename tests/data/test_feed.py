import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.feed import fits_in_memory, stream_batches
from modelzoo.data.mapped_subset import MappedSubset
from modelzoo.data.source import ArraySplit
from modelzoo.errors import DatasetError


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


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), np.uint8)


@pytest.fixture
def mapped(images, tmp_path):
    """The images in a file, memory-mapped."""
    np.save(tmp_path / "images.npy", images)
    return np.load(tmp_path / "images.npy", mmap_mode="r")


@pytest.mark.parametrize(
    "order",
    [np.arange(20), np.arange(20)[::-1], [5, 6, 7, 3, 3, 4, 19, 0], [2]],
    ids=["in order", "backwards", "runs", "one"],
)
def test_memory_mapped_images_are_read_as_they_are(images, mapped, order):
    order = np.array(order, np.int32)
    batches = [batch for (batch,) in stream_batches((mapped,), order, 6)]
    assert np.array_equal(np.concatenate(batches), images[order])


def test_mapped_numbers_of_several_bytes_are_read_as_they_are(tmp_path):
    values = np.random.default_rng(0).random((9, 3))
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    order = np.array([8, 1, 2], np.int32)
    assert np.array_equal(next(stream_batches((mapped,), order, 3))[0], values[order])


@pytest.mark.parametrize(
    "part",
    [lambda array: array[3:], lambda array: array[::2], lambda array: array[..., ::-1]],
    ids=["later", "every second", "channels turned"],
)
def test_parts_of_a_mapping_are_those_parts(images, mapped, part):
    order = np.array([4, 0, 7], np.int32)
    assert np.array_equal(next(stream_batches((part(mapped),), order, 3))[0], part(images)[order])


def test_a_subset_of_a_mapping_is_those_rows(images, mapped):
    some = np.array([1, 2, 3, 7, 8, 19])
    order = np.array([4, 0, 1, 5, 2], np.int32)
    batches = stream_batches((MappedSubset(mapped, some),), order, 3)
    assert np.array_equal(np.concatenate([batch for (batch,) in batches]), images[some[order]])


def test_a_mapping_changed_in_memory_only_is_read_as_it_is_there(images, mapped, tmp_path):
    changed = np.load(tmp_path / "images.npy", mmap_mode="c")
    changed[2] = 0
    assert next(stream_batches((changed,), np.array([2], np.int32), 1))[0].max() == 0


def test_a_mapped_file_that_was_deleted_is_still_read(images, mapped, tmp_path):
    (tmp_path / "images.npy").unlink()
    order = np.arange(20, dtype=np.int32)
    assert np.array_equal(next(stream_batches((mapped,), order, 20))[0], images)


def test_a_mapped_file_that_became_shorter_is_an_error(mapped, tmp_path):
    with (tmp_path / "images.npy").open("r+b") as file:
        file.truncate(500)
    with pytest.raises(DatasetError, match=r"images.npy has become shorter. Start again"):
        list(stream_batches((mapped,), np.arange(20, dtype=np.int32), 5))


def test_files_are_closed_at_the_end_and_where_nobody_asks_for_more(mapped):
    before = len(list(Path("/proc/self/fd").iterdir()))
    order = np.arange(20, dtype=np.int32)
    list(stream_batches((mapped,), order, 5))
    begun = stream_batches((mapped,), order, 5)
    next(begun)
    begun.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def resident_file_bytes():
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssFile:")[1].split()[0]) * 1024


@pytest.mark.parametrize("share", [1, 2], ids=["all of it", "every second row"])
def test_reading_a_mapping_does_not_make_the_process_grow(tmp_path, share):
    size = 64 * 2**20
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    mapped = np.memmap(tmp_path / "large", np.uint8, "r", shape=(size // 4096, 64, 64, 1))
    rows = mapped if share == 1 else MappedSubset(mapped, np.arange(0, len(mapped), share))
    order = np.random.default_rng(0).permutation(len(rows)).astype(np.int32)
    before = resident_file_bytes()
    for _ in stream_batches((rows,), order, 32):
        pass
    assert resident_file_bytes() - before < size / 8


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 1000))
def test_partners_come_with_their_own_rows(n, batch_size, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(n).astype(np.int32)
    partners = rng.integers(0, n, n).astype(np.int32)
    arrays = (np.arange(n) * 10, np.arange(n) * 100)
    batches = list(stream_batches(arrays, order, batch_size, partners=partners))
    own, labels, others, other_labels = (
        np.concatenate(each) for each in zip(*batches, strict=True)
    )
    assert np.array_equal(own, order * 10)
    assert np.array_equal(labels, order * 100)
    assert np.array_equal(others, partners[order] * 10)
    assert np.array_equal(other_labels, partners[order] * 100)


def test_an_error_while_reading_reaches_the_caller():
    order = np.array([0, 99], np.int32)
    with pytest.raises(IndexError):
        list(stream_batches((np.arange(5),), order, 1))


@pytest.fixture
def quarter():
    """A split that takes a quarter of 4096 bytes."""
    return ArraySplit(np.zeros((4, 16, 16, 1), np.uint8), np.zeros(4))


@pytest.mark.parametrize(("memory", "fits"), [(4096, True), (4095, False)])
def test_a_quarter_of_the_machine_s_memory_fits_and_more_does_not(
    monkeypatch, quarter, memory, fits
):
    sizes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": memory}
    monkeypatch.setattr("os.sysconf", sizes.__getitem__)
    assert fits_in_memory(quarter) == fits


def test_a_subset_of_a_mapping_counts_with_its_own_rows(monkeypatch, tmp_path):
    sizes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 4096}
    monkeypatch.setattr("os.sysconf", sizes.__getitem__)
    mapped = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(5, 16, 16, 1))
    whole = ArraySplit(mapped, np.zeros(5))
    assert not fits_in_memory(whole)
    assert fits_in_memory(whole.subset(np.arange(5) > 0))


@pytest.mark.parametrize(("limit", "fits"), [("4096\n", True), ("4095\n", False), ("max\n", True)])
def test_a_container_s_limit_counts(monkeypatch, quarter, tmp_path, limit, fits):
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr("modelzoo.data.feed._CGROUP_LIMIT", tmp_path / "memory.max")
    assert fits_in_memory(quarter) == fits


@pytest.mark.parametrize(("limit", "fits"), [(4096, True), (4095, False)])
def test_a_limit_of_the_process_counts(monkeypatch, quarter, limit, fits):
    monkeypatch.setattr("resource.getrlimit", lambda kind: (limit, resource.RLIM_INFINITY))
    assert fits_in_memory(quarter) == fits
