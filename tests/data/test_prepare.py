import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelzoo.data.decode import decode_bytes, decode_image, fit_images
from modelzoo.data.prepare import prepare
from modelzoo.data.source import ArraySplit, FileSplit
from modelzoo.errors import BadImageError, ConfigError, DatasetError, StorageError

SHAPE = (8, 8, 3)
HINT = "bad_images='skip', or --config bad_images=skip on the command line"


@pytest.fixture
def split(tmp_path):
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{index}.png" for index in range(7)]
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (12, 10, 3), np.uint8)).save(path)
    return FileSplit(paths, np.arange(7))


def kept(cache):
    return sorted(path.name for path in (cache / "decoded").iterdir())


def test_files_are_decoded_in_their_order(cache, split):
    prepared = prepare(split, SHAPE)
    assert prepared.labels.tolist() == list(range(7))
    for path, image in zip(split.paths, prepared.images, strict=True):
        assert np.array_equal(image, decode_image(path, SHAPE))


def test_the_second_time_nothing_is_decoded(cache, split, monkeypatch):
    first = prepare(split, SHAPE)
    monkeypatch.setattr("modelzoo.data.prepare.decode_bytes", None)
    second = prepare(split, SHAPE)
    assert np.array_equal(first.images, second.images)
    assert isinstance(second.images, np.memmap)


def test_the_same_images_are_found_in_another_dataset(cache, split):
    """With other labels, and beside other splits; in other files, too."""
    prepare(split, SHAPE)
    copies = [Path(shutil.copy(path, path.with_suffix(".copy"))) for path in split.paths]
    prepare(FileSplit(copies, np.zeros(7)), SHAPE)
    assert len(kept(cache)) == 1


def test_another_shape_is_decoded_anew(cache, split):
    prepare(split, SHAPE)
    assert prepare(split, (4, 4, 1)).images.shape == (7, 4, 4, 1)


def test_a_file_with_another_content_is_decoded_anew(cache, split):
    prepare(split, SHAPE)
    Image.new("RGB", (12, 10), "white").save(split.paths[3])
    anew = FileSplit(split.paths, split.labels)
    assert prepare(anew, SHAPE).images[3].min() == 255


def test_a_file_that_changes_between_hashing_and_decoding_is_noticed(cache, split):
    split.content_hashes()
    Image.new("RGB", (12, 10), "white").save(split.paths[3])
    with pytest.raises(DatasetError, match=rf"{split.paths[3]} was changed while it was read"):
        prepare(split, SHAPE)


def flip_a_bit(data):
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-10], lambda data: b"", lambda data: b"text", flip_a_bit]
)
@pytest.mark.parametrize("name", ["images.uint8", "about.json"])
def test_a_damaged_cache_is_made_anew(cache, split, name, harm):
    expected = prepare(split, SHAPE).images.copy()
    (file,) = cache.rglob(name)
    file.write_bytes(harm(file.read_bytes()))
    assert np.array_equal(prepare(split, SHAPE).images, expected)


def test_a_bad_file_stops_the_load_with_its_path_and_leaves_no_cache(cache, split):
    split.paths[4].write_bytes(split.paths[4].read_bytes()[:40])
    with pytest.raises(BadImageError, match=rf"{split.paths[4]} .*or have such files left out"):
        prepare(split, SHAPE)
    assert not (cache / "decoded").exists()


def harmed(split):
    split.paths[4].write_text("text")
    split.paths[6].unlink()
    return split


def test_bad_files_are_left_out_and_listed_where_that_was_asked_for(cache, split):
    with pytest.warns(UserWarning, match="2 of 7 images can't be decoded") as caught:
        prepared = prepare(harmed(split), SHAPE, bad_images="skip")
    assert prepared.labels.tolist() == [0, 1, 2, 3, 5]
    assert np.array_equal(prepared.images[4], decode_image(split.paths[5], SHAPE))
    listed = str(caught[0].message)
    assert str(split.paths[4]) in listed
    assert str(split.paths[6]) in listed


def test_what_was_left_out_is_listed_again_from_the_cache(cache, split):
    for _ in range(2):
        with pytest.warns(UserWarning, match="2 of 7 images can't be decoded"):
            prepared = prepare(harmed(split), SHAPE, bad_images="skip")
        split.paths[6].touch()
    assert len(prepared) == 5


def test_a_cache_with_files_left_out_does_not_hide_them_from_others(cache, split):
    with pytest.warns(UserWarning, match="2 of 7"):
        prepare(harmed(split), SHAPE, bad_images="skip")
    with pytest.raises(BadImageError, match=rf"{split.paths[4]} .* is no JPEG.*{HINT}"):
        prepare(split, SHAPE)


def test_no_good_file_at_all_is_an_error_even_then(cache, split):
    for path in split.paths:
        path.write_text("text")
    with pytest.raises(DatasetError, match="None of 7 images can be decoded"):
        prepare(split, SHAPE, bad_images="skip")


def test_arrays_need_no_cache(cache):
    split = ArraySplit(np.zeros((2, 4, 4, 1), np.uint8), np.zeros(2))
    assert prepare(split, SHAPE).images.shape == (2, 8, 8, 3)
    assert list(cache.iterdir()) == []


def test_mapped_arrays_of_the_shape_stay_where_they_are(cache, tmp_path):
    images = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(4, *SHAPE))
    split = ArraySplit(images, np.arange(4))
    part = split.subset(np.arange(4) > 1)
    assert prepare(split, SHAPE).images is images
    assert prepare(part, SHAPE).images is part.images


@pytest.mark.parametrize("in_memory", [0, 2**30])
def test_a_subset_of_mapped_arrays_is_resized(cache, tmp_path, monkeypatch, in_memory):
    monkeypatch.setattr("modelzoo.data.prepare._BYTES_IN_MEMORY", in_memory)
    pixels = np.random.default_rng(0).integers(0, 256, (4, 5, 5, 1), np.uint8)
    pixels.tofile(tmp_path / "raw")
    images = np.memmap(tmp_path / "raw", np.uint8, "r", shape=pixels.shape)
    part = ArraySplit(images, np.arange(4)).subset(np.arange(4) > 1)
    assert np.array_equal(prepare(part, SHAPE).images, fit_images(pixels[2:], SHAPE))


def test_arrays_too_large_for_the_memory_go_to_the_cache(cache, monkeypatch):
    monkeypatch.setattr("modelzoo.data.prepare._BYTES_IN_MEMORY", 100)
    images = np.random.default_rng(0).integers(0, 256, (600, 4, 4, 1), np.uint8)
    prepared = prepare(ArraySplit(images, np.arange(600)), SHAPE)
    assert isinstance(prepared.images, np.memmap)
    assert np.array_equal(prepared.images, fit_images(images, SHAPE))


def test_arrays_of_the_same_bytes_in_another_shape_are_others(cache, monkeypatch):
    monkeypatch.setattr("modelzoo.data.prepare._BYTES_IN_MEMORY", 0)
    tall = np.random.default_rng(0).integers(0, 256, (3, 8, 2, 1), np.uint8)
    wide = tall.reshape(3, 2, 8, 1)
    for images in (tall, wide):
        prepared = prepare(ArraySplit(images, np.arange(3)), SHAPE)
        assert np.array_equal(prepared.images, fit_images(images, SHAPE))


def test_a_new_set_of_images_makes_room_by_those_that_nobody_uses(cache, split, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "2200B")
    # Of 6 * 8 * 8 * 3 bytes each.
    first, second, third = (split.subset(np.arange(7) != gone) for gone in range(3))
    prepare(first, SHAPE)
    (unused,) = kept(cache)
    held = prepare(second, SHAPE)
    (used,) = kept(cache)
    assert used != unused
    prepare(third, SHAPE)
    assert len(kept(cache)) == 2
    assert used in kept(cache)
    assert np.array_equal(held.images, [decode_image(path, SHAPE) for path in second.paths])


def test_the_room_is_made_before_it_is_taken(cache, split, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "2200B")
    first, second = (split.subset(np.arange(7) != gone) for gone in range(2))
    prepare(first, SHAPE)
    (unused,) = kept(cache)
    meanwhile = []

    def watched(data, shape, *, name):
        meanwhile.extend(kept(cache))
        return decode_bytes(data, shape, name=name)

    monkeypatch.setattr("modelzoo.data.prepare.decode_bytes", watched)
    prepare(second, SHAPE)
    assert meanwhile
    assert unused not in meanwhile


def test_a_limit_that_is_no_size_is_told_before_the_work(cache, split, monkeypatch):
    monkeypatch.setenv("MODELZOO_CACHE_SIZE", "lots")
    with pytest.raises(ConfigError, match="MODELZOO_CACHE_SIZE is 'lots'"):
        prepare(split, SHAPE)
    assert not (cache / "decoded").exists()


def test_a_file_that_was_only_touched_after_hashing_is_the_same(cache, split):
    split.content_hashes()
    split.paths[3].touch()
    assert len(prepare(split, SHAPE)) == 7


def test_what_another_is_decoding_already_is_waited_for(cache, split, monkeypatch):
    decoded = []

    def slowly(data, shape, *, name):
        decoded.append(name)
        time.sleep(0.02)
        return decode_bytes(data, shape, name=name)

    monkeypatch.setattr("modelzoo.data.prepare.decode_bytes", slowly)
    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(prepare, split, SHAPE) for _ in range(4)]
    first, *others = (each.result().images for each in work)
    assert len(decoded) == len(split)
    assert all(np.array_equal(first, each) for each in others)
    assert len(kept(cache)) == 1


CROWD = """
import sys, warnings
from pathlib import Path
import numpy as np
from modelzoo.data.decode import decode_image
from modelzoo.data.prepare import prepare
from modelzoo.data.source import FileSplit
warnings.simplefilter("ignore")
paths = sorted(Path(sys.argv[1]).glob("*.png"))
expected = {side: [decode_image(path, (side, side, 3)) for path in paths] for side in (4, 8)}
for turn in range(20):
    for side in (4, 8):
        first = int(sys.argv[2]) * (turn % 3)
        split = FileSplit(paths[first:], np.zeros(len(paths) - first))
        images = prepare(split, (side, side, 3)).images
        assert np.array_equal(images, expected[side][first:])
"""


def test_processes_that_make_room_at_once_do_not_take_each_other_s_images(cache, split, tmp_path):
    """Room for less than one set, so that each deletes what the others have just written."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CROWD, str(tmp_path), step],
            env={**os.environ, "MODELZOO_CACHE_SIZE": "1000"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for step in "1123"
    ]
    assert [process.communicate()[1] for process in processes] == [""] * 4


FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from modelzoo.data.prepare import prepare
from modelzoo.data.source import FileSplit
from modelzoo.errors import StorageError
paths = sorted(Path(sys.argv[1]).glob("*.png"))
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
try:
    prepare(FileSplit(paths, np.zeros(len(paths))), (8, 8, 3))
except StorageError as error:
    print(error)
"""


def test_a_file_that_can_not_be_written_to_its_end_leaves_nothing(cache, split, tmp_path):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True
    )
    assert "can't be written: File too large. Free some space" in done.stdout, done.stderr
    assert "MODELZOO_CACHE=FOLDER" in done.stdout
    assert not (cache / "decoded").exists()


def test_a_cache_folder_that_can_not_be_written_is_named(split, monkeypatch):
    """It refuses even the administrator, whom file permissions do not stop."""
    monkeypatch.setenv("MODELZOO_CACHE", "/proc/modelzoo")
    with pytest.raises(StorageError, match=r"/proc/modelzoo/.* can't be written: .*MODELZOO_CACHE"):
        prepare(split, SHAPE)


def test_real_photographs_are_close_to_those_decoded_at_full_size(cache, cats_and_dogs):
    paths = sorted((cats_and_dogs / "test_set").rglob("*.jpg"))[::20]
    split = FileSplit(paths, np.arange(len(paths)))
    prepared = prepare(split, (64, 64, 3))
    for path, image in zip(paths, prepared.images, strict=True):
        with Image.open(path) as picture:
            exact = picture.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR)
        assert np.abs(np.asarray(exact, int) - image).mean() < 3, path
