"""The cache of decoded images: its size, and what is deleted to keep it."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

from modelzoo.data.cache_room import cache_limit, make_room
from modelzoo.data.image_cache import find_images, keep_images
from modelzoo.errors import ConfigError

SHAPE = (10, 10, 1)


def keep(cache, name, n=10, used=None):
    """Keep n images of 100 bytes; used so many seconds ago."""
    folder = cache / "decoded" / name
    keep_images(folder, SHAPE, [np.full((n, *SHAPE), 7, np.uint8)], [])
    if used is not None:
        os.utime(folder / "about.json", (1e9 - used, 1e9 - used))
    return folder


def kept(cache):
    return sorted(path.name for path in (cache / "decoded").iterdir())


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("1000", 1000),
        ("20GB", 20 * 10**9),
        ("500 mb", 500 * 10**6),
        ("1.5TiB", 3 * 2**39),
        ("0", 0),
        ("", 20 * 10**9),
    ],
)
def test_sizes_are_read_as_people_write_them(monkeypatch, given, size):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", given)
    assert cache_limit() == size


@pytest.mark.parametrize("given", ["much", "-1", "20 G B", "GB", "1e9", "nan"])
def test_what_is_no_size_is_refused(monkeypatch, given):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", given)
    with pytest.raises(ConfigError, match=rf"MODELZOO_CACHE_SIZE is '{given}', expected a size su"):
        cache_limit()


def test_what_is_kept_is_found_with_what_was_remembered(cache):
    images = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), np.uint8)
    folder = cache / "decoded" / "a"
    for found, remembered in (
        keep_images(folder, SHAPE, [images[:2], images[2:2], images[2:]], [1, 2]),
        find_images(folder, SHAPE),
    ):
        assert np.array_equal(found, images)
        assert remembered == [1, 2]


def test_the_sets_used_longest_ago_make_room(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "4000")
    for name, used in (("old", 30), ("oldest", 90), ("recent", 10)):
        keep(cache, name, used=used)
    make_room(keep(cache, "new"))
    assert kept(cache) == ["new", "old", "recent"]
    make_room(keep(cache, "large", n=25))
    assert kept(cache) == ["large", "new"]


def test_room_is_made_for_what_is_to_be_written(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "4000")
    for name, used in (("old", 30), ("oldest", 90), ("recent", 10)):
        keep(cache, name, used=used)
    make_room(cache / "decoded" / "new", size=1000)
    assert kept(cache) == ["old", "recent"]


def test_nothing_is_deleted_for_what_will_not_fit_anyway(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "4000")
    keep(cache, "old", used=30)
    make_room(cache / "decoded" / "new", size=4001)
    assert kept(cache) == ["old"]


def test_finding_images_is_using_them(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "4000")
    for name, used in (("found", 30), ("b", 20), ("c", 10)):
        keep(cache, name, used=used)
    find_images(cache / "decoded" / "found", SHAPE)
    make_room(keep(cache, "new"))
    assert kept(cache) == ["c", "found", "new"]


def test_nothing_is_deleted_within_the_limit(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1MB")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in "abc":
            make_room(keep(cache, name))
    assert kept(cache) == ["a", "b", "c"]


def test_a_set_larger_than_the_limit_is_kept_with_a_warning(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1MB")
    keep(cache, "small", used=10)
    folder = keep(cache, "large", n=20_000)
    with pytest.warns(UserWarning, match=r"take 2 MB, more than the 1 MB .*MODELZOO_CACHE_SIZE="):
        make_room(folder)
    assert kept(cache) == ["large"]


def test_images_in_use_here_stay(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1")
    folder = keep(cache, "used", used=10)
    part = find_images(folder, SHAPE)[0][3:5]
    with pytest.warns(UserWarning, match="more than"):
        make_room(keep(cache, "a"))
    assert kept(cache) == ["a", "used"]
    assert (part == 7).all()
    del part
    with pytest.warns(UserWarning, match="more than"):
        make_room(keep(cache, "b"))
    assert kept(cache) == ["b"]


USER = """
import sys
from pathlib import Path
from modelzoo.data.image_cache import find_images
images, _ = find_images(Path(sys.argv[1]), (10, 10, 1))
print("mapped", flush=True)
sys.stdin.readline()
print(int(images.sum()))
"""


def test_images_in_use_by_another_process_stay_until_it_ends(cache, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1")
    folder = keep(cache, "used", used=10)
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        assert user.stdout.readline() == "mapped\n"
        with pytest.warns(UserWarning, match="more than"):
            make_room(keep(cache, "a"))
        assert kept(cache) == ["a", "used"]
        user.stdin.write("\n")
        user.stdin.flush()
        assert user.stdout.readline() == "7000\n"
    with pytest.warns(UserWarning, match="more than"):
        make_room(keep(cache, "b"))
    assert kept(cache) == ["b"]


WRITER = """
import sys
from pathlib import Path
import numpy as np
from modelzoo.data.image_cache import keep_images
def pieces():
    yield np.full((5, 10, 10, 1), 7, np.uint8)
    print("half", flush=True)
    sys.stdin.readline()
    yield np.full((5, 10, 10, 1), 7, np.uint8)
images, _ = keep_images(Path(sys.argv[1]), (10, 10, 1), pieces(), [])
print(int(images.sum()))
"""


@pytest.fixture
def writer(cache):
    """A process that has written half of its images."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(cache / "decoded" / "written")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "half\n"
        yield process


def test_what_another_process_is_writing_stays(cache, monkeypatch, writer):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1")
    with pytest.warns(UserWarning, match="more than"):
        make_room(keep(cache, "a"))
    writer.stdin.write("\n")
    writer.stdin.flush()
    assert writer.stdout.readline() == "7000\n"
    assert kept(cache) == ["a", "written"]


def test_what_a_killed_process_left_half_written_makes_room(cache, monkeypatch, writer):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "1")
    writer.kill()
    writer.wait()
    (left,) = (cache / "decoded").iterdir()
    os.utime(left, (1e9, 1e9))
    with pytest.warns(UserWarning, match="more than"):
        make_room(keep(cache, "a"))
    assert kept(cache) == ["a"]


def test_images_that_nobody_wrote_to_are_not_hashed_each_time(cache, monkeypatch):
    folder = keep(cache, "a")
    # As if that had been an hour ago.
    monkeypatch.setattr("modelzoo.data.image_cache.settled", lambda stamp, began: True)
    find_images(folder, SHAPE)
    monkeypatch.setattr("modelzoo.data.image_cache._hasher", None)
    assert len(find_images(folder, SHAPE)[0]) == 10


def test_images_that_were_written_to_are_hashed_again(cache, monkeypatch):
    folder = keep(cache, "a")
    monkeypatch.setattr("modelzoo.data.image_cache.settled", lambda stamp, began: True)
    find_images(folder, SHAPE)
    with (folder / "images.uint8").open("r+b") as file:
        file.write(b"x")
    assert find_images(folder, SHAPE) is None


@pytest.mark.parametrize("is_settled", [False, True])
def test_what_was_remembered_is_noticed_when_it_was_altered(cache, monkeypatch, is_settled):
    monkeypatch.setattr("modelzoo.data.image_cache.settled", lambda stamp, began: is_settled)
    folder = cache / "decoded" / "a"
    keep_images(folder, SHAPE, [np.zeros((3, *SHAPE), np.uint8)], [1234])
    assert find_images(folder, SHAPE)[1] == [1234]
    about = folder / "about.json"
    about.write_text(about.read_text().replace("1234", "1235"))
    assert find_images(folder, SHAPE) is None


FIND = """
import re, resource, sys
from pathlib import Path
import numpy as np
from modelzoo.data.image_cache import find_images, keep_images
folder, shape = Path(sys.argv[1]), (1024, 1024, 1)
keep_images(folder, shape, [np.zeros((1, *shape), np.uint8)] * 64, [])
used = int(re.search(r"VmData:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 2**24, used + 2**24))
print(find_images(folder, shape)[0].shape)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="another system's limits count otherwise")
def test_mapped_images_are_no_memory_of_the_process(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FIND, tmp_path / "kept"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "(64, 1024, 1024, 1)", done.stderr
