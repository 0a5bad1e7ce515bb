"""Hashes of files: when they are remembered, and when the files are read again."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from modelzoo.data.hashing import hash_files


@pytest.fixture
def paths(tmp_path):
    """Seven files in two folders that nobody has written to for a while, as far as one can tell."""
    made = []
    for index in range(7):
        path = tmp_path / "ab"[index % 2] / f"{index}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(index * 50_000))
        made.append(path)
    return made


@pytest.fixture
def later(monkeypatch):
    """As if the files had been written an hour ago."""
    now = time.time_ns
    monkeypatch.setattr("modelzoo.data.hashing.time.time_ns", lambda: now() + 3600 * 10**9)


@pytest.fixture
def reads(monkeypatch):
    """The names of the files that are read."""
    from modelzoo.data import hashing

    names, read = [], hashing.read_file

    def reading(path):
        names.append(path.name)
        return read(path)

    monkeypatch.setattr(hashing, "read_file", reading)
    return names


def expected(paths):
    return [hashlib.blake2b(path.read_bytes(), digest_size=16).digest() for path in paths]


def hashes(paths):
    return [each.tobytes() for each in hash_files(paths).hashes]


def test_hashes_are_blake2b_of_the_files_in_their_order(cache, paths):
    assert hashes(paths) == expected(paths)


def test_a_file_that_can_not_be_read_has_the_hash_of_an_empty_one(cache, paths):
    paths[3].unlink()
    assert hashes(paths)[3] == hashlib.blake2b(b"", digest_size=16).digest()


def test_the_second_time_nothing_is_read(cache, paths, later, reads):
    first = hash_files(paths)
    reads.clear()
    second = hash_files(paths)
    assert reads == []
    assert np.array_equal(first.hashes, second.hashes)
    assert np.array_equal(first.stamps, second.stamps)


def test_a_file_that_was_written_a_moment_before_is_read_again(cache, paths, reads):
    assert (hash_files(paths).stamps == -1).all()
    hash_files(paths)
    assert len(reads) == 2 * len(paths)


def change_content(path):
    path.write_bytes(path.read_bytes()[::-1])


def change_content_and_set_times_back(path):
    status = path.stat()
    change_content(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace_by_an_older_file(path):
    other = path.with_suffix(".tmp")
    other.write_bytes(path.read_bytes()[::-1])
    os.utime(other, ns=(0, path.stat().st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize(
    "change", [change_content, change_content_and_set_times_back, replace_by_an_older_file]
)
def test_a_file_of_the_same_size_with_another_content_is_noticed(
    cache, paths, later, reads, change
):
    hash_files(paths)
    time.sleep(0.05)  # more than a step of the file system's clock
    change(paths[4])
    reads.clear()
    assert hashes(paths) == expected(paths)
    assert reads == [paths[4].name]


def test_only_new_files_of_a_folder_are_read(cache, paths, later, reads):
    hash_files(paths[:5])
    reads.clear()
    assert hashes(paths) == expected(paths)
    assert sorted(reads) == sorted(path.name for path in paths[5:])


def test_a_part_of_a_folder_does_not_make_the_rest_forgotten(cache, paths, later, reads):
    hash_files(paths)
    (paths[0].parent / "new.jpg").write_bytes(b"new")
    hash_files([paths[0].parent / "new.jpg"])
    reads.clear()
    hash_files(paths)
    assert reads == []


@pytest.mark.parametrize(
    "harm",
    [lambda text: text[:-9], lambda text: "", lambda text: text.replace("0", "1", 1)],
)
def test_a_damaged_index_is_not_believed(cache, paths, later, reads, harm):
    hash_files(paths)
    for index in (cache / "hashes").iterdir():
        index.write_text(harm(index.read_text()))
    reads.clear()
    assert hashes(paths) == expected(paths)
    assert len(reads) == len(paths)


def test_a_cache_folder_that_can_not_be_written_costs_time_only(paths, later, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE", "/proc/modelzoo")
    assert hashes(paths) == expected(paths)


def test_relative_and_absolute_paths_are_the_same_files(cache, paths, later, reads, monkeypatch):
    hash_files(paths)
    reads.clear()
    monkeypatch.chdir(paths[0].parent.parent)
    hash_files([Path(path.parent.name) / path.name for path in paths])
    assert reads == []


WRITER = """
import sys, time
from pathlib import Path
path = Path(sys.argv[1])
print("ready", flush=True)
for index in range(300):
    path.write_bytes(bytes([index % 256]) * 5000)
    time.sleep(0.001)
path.write_bytes(b"last" * 1250)
"""


def test_a_file_that_is_written_all_the_while_has_the_right_hash_in_the_end(cache, tmp_path):
    path = tmp_path / "busy.jpg"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    writer.stdout.readline()
    while writer.poll() is None:
        hash_files([path])
    assert hashes([path]) == expected([path])
