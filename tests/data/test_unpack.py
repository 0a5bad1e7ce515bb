"""Images that a source gives one by one, as files in the cache folder."""

import os
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from modelzoo.data import unpack_images
from modelzoo.data.decode import decode_image
from modelzoo.data.unpack import _let_go
from modelzoo.errors import ConfigError, DownloadError, LabelError, StorageError

N = 5


def encoded(value, kind="PNG"):
    buffer = BytesIO()
    Image.new("RGB", (6, 4), (value, value, value)).save(buffer, kind)
    return buffer.getvalue()


def images(n=N):
    return [(encoded(index), index) for index in range(n)]


def unread():
    raise AssertionError("the source was read")
    yield


def files(cache):
    return sorted(
        path for path in cache.rglob("*") if path.is_file() and "hashes" not in path.parts
    )


def test_the_bytes_are_written_as_they_are_in_their_order(cache):
    given = images()
    split = unpack_images("a", {"train": given})["train"]
    assert [path.read_bytes() for path in split.paths] == [data for data, _ in given]
    assert split.labels.tolist() == [0, 1, 2, 3, 4]
    assert decode_image(split.paths[3], (2, 2, 1)).max() == 3


def test_each_split_has_its_own(cache):
    splits = unpack_images("a", {"train": images(3), "test": images(2)})
    assert {name: len(split) for name, split in splits.items()} == {"train": 3, "test": 2}


def test_the_second_time_the_source_is_not_read(cache):
    first = unpack_images("a", {"train": images()})["train"]
    second = unpack_images("a", {"train": unread()})["train"]
    assert list(second.paths) == list(first.paths)
    assert np.array_equal(second.labels, first.labels)
    assert second.content_hashes() == first.content_hashes()
    assert second.read(2) == first.read(2)


def test_more_files_than_a_folder_takes_keep_their_order(cache, monkeypatch):
    monkeypatch.setattr("modelzoo.data.unpack._FILES_PER_FOLDER", 2)
    unpack_images("a", {"train": images()})
    again = unpack_images("a", {"train": unread()})["train"]
    assert [again.read(index) for index in range(N)] == [data for data, _ in images()]
    assert len({path.parent for path in again.paths}) == 3


def test_another_key_is_another_set(cache):
    unpack_images("a 1.0", {"train": images(2)})
    assert len(unpack_images("a 1_0", {"train": images(3)})["train"]) == 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP"])
def test_files_end_in_what_they_are(cache, kind):
    (path,) = unpack_images("a", {"train": [(encoded(1, kind), 0)]})["train"].paths
    assert path.suffix == {"JPEG": ".jpg"}.get(kind, f".{kind.lower()}")


@pytest.mark.parametrize(
    "labels", [[3, 1], [[0, 1, 1], [1, 0, 0]], [0.5, 2.25], [np.uint8([1, 0]), np.uint8([0, 1])]]
)
def test_labels_are_what_they_were(cache, labels):
    rows = [(encoded(1), label) for label in labels]
    first = unpack_images("a", {"train": rows})["train"]
    second = unpack_images("a", {"train": unread()})["train"]
    for split in (first, second):
        assert np.array_equal(split.labels, np.asarray(labels))
        assert split.labels.dtype == np.asarray(labels).dtype


@pytest.mark.parametrize(
    ("labels", "said"),
    [(["cat", "dog"], "expected numbers; one is 'cat'"), ([[1], [0, 1]], "not equally many")],
)
def test_labels_that_are_no_numbers_are_refused_and_nothing_is_left(cache, labels, said):
    with pytest.raises(LabelError, match=said):
        unpack_images("a", {"train": [(encoded(1), label) for label in labels]})
    assert files(cache) == []


def flip_a_bit(data):
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-10], lambda data: b"", lambda data: b"text", flip_a_bit]
)
@pytest.mark.parametrize("name", ["000000003.png", "labels.npz"])
def test_what_was_damaged_is_written_anew(cache, name, harm):
    unpack_images("a", {"train": images()})
    (file,) = cache.rglob(name)
    file.write_bytes(harm(file.read_bytes()))
    split = unpack_images("a", {"train": images()})["train"]
    assert [split.read(index) for index in range(N)] == [data for data, _ in images()]
    assert split.labels.tolist() == list(range(N))


def test_what_was_deleted_in_part_is_written_anew(cache):
    split = unpack_images("a", {"train": images()})["train"]
    split.paths[4].unlink()
    assert len(unpack_images("a", {"train": images()})["train"]) == N


def breaking_off(error):
    yield from images(2)
    raise error


@pytest.mark.parametrize(
    "error", [DownloadError("no network"), OSError(5, "I/O error"), ValueError("bad"), SystemExit()]
)
def test_what_the_source_raises_is_raised_and_nothing_is_left(cache, error):
    with pytest.raises(type(error)) as raised:
        unpack_images("a", {"train": breaking_off(error)})
    assert raised.value is error
    assert files(cache) == []


def test_a_wrong_limit_is_told_before_the_work(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "much")
    with pytest.raises(ConfigError, match="MODELZOO_CACHE_SIZE is 'much'"):
        unpack_images("a", {"train": unread()})


def test_a_cache_folder_that_can_not_be_written_is_named(monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE", "/proc/modelzoo")
    with pytest.raises(StorageError, match=r"/proc/modelzoo/unpacked.* can't be .*MODELZOO_CACHE="):
        unpack_images("a", {"train": images()})


FULL_DISK = """
import resource
from modelzoo.data import unpack_images
from modelzoo.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    unpack_images("a", {"train": [(b"a", 0), (bytes(2000), 1)]})
except StorageError as error:
    print(error)
"""


def test_a_full_disk_is_named_and_nothing_is_left(cache):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    done = subprocess.run([sys.executable, "-c", FULL_DISK], capture_output=True, text=True)
    assert "can't be written: File too large. Free some space" in done.stdout, done.stderr
    assert "MODELZOO_CACHE=FOLDER" in done.stdout
    assert files(cache) == []


WRITER = """
import sys
from modelzoo.data import unpack_images
def rows():
    yield b"first", 7
    print("half", flush=True)
    sys.stdin.readline()
    yield b"second", 8
split = unpack_images("a", {"train": rows()})["train"]
print([path.read_bytes() for path in split.paths], split.labels.tolist(), flush=True)
sys.stdin.readline()
"""


class Writer:
    """A process that has written the first of two images."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.line() == "half"

    def line(self):
        return self.process.stdout.readline().strip()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@pytest.fixture
def writer(cache):
    made = Writer()
    with made.process:
        yield made
        made.process.kill()


WAITER = """
from modelzoo.data import unpack_images
def unread():
    raise AssertionError("the source was read")
    yield
print("waiting", flush=True)
print(unpack_images("a", {"train": unread()})["train"].labels.tolist(), flush=True)
"""


def test_of_two_processes_one_writes_and_the_other_waits(writer):
    with subprocess.Popen(
        [sys.executable, "-c", WAITER], stdout=subprocess.PIPE, text=True
    ) as waiter:
        assert waiter.stdout.readline() == "waiting\n"
        writer.go_on()
        assert writer.line() == "[b'first', b'second'] [7, 8]"
        assert waiter.stdout.readline() == "[7, 8]\n"


def test_what_a_killed_process_left_is_not_taken_for_whole(writer):
    writer.process.kill()
    writer.process.wait()
    assert len(unpack_images("a", {"train": images()})["train"]) == N


def unpacked(cache):
    return sorted(path.name[0] for path in (cache / "unpacked").iterdir())


def filled(key, used):
    """A set of 1 MB; used so many seconds ago."""
    split = unpack_images(key, {"train": [(bytes(10**6), 0)]})["train"]
    about = split.paths[0].parent.parent / "about.json"
    os.utime(about, (1e9 - used, 1e9 - used))


def test_the_sets_used_longest_ago_make_room(cache, monkeypatch):
    for key, used in (("b", 30), ("c", 90), ("d", 10)):
        filled(key, used)
    _let_go()  # as if it had been another process
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "3.5MB")
    filled("e", 0)
    assert unpacked(cache) == ["b", "d", "e"]


def test_sets_that_this_process_uses_stay(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1.5MB")
    filled("b", 10)
    filled("c", 0)
    assert unpacked(cache) == ["b", "c"]


def test_sets_that_another_process_uses_or_writes_stay(cache, monkeypatch, writer):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1.5MB")
    filled("b", 0)
    writer.go_on()
    assert writer.line() == "[b'first', b'second'] [7, 8]"
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1")
    with pytest.warns(UserWarning, match="more than"):
        filled("c", 0)
    assert unpacked(cache) == ["a", "b", "c"]


def test_a_set_larger_than_the_limit_is_kept_with_a_warning(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "500KB")
    with pytest.warns(UserWarning, match=r"take 1 MB, more than the 500,000 bytes that the cache"):
        filled("b", 0)
    assert unpacked(cache) == ["b"]
