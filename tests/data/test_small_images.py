"""Small images of one size that a source gives one by one, as an array in the cache folder."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from modelzoo.data import unpack_arrays
from modelzoo.errors import BadImageError, DatasetError, DownloadError, LabelError, StorageError

SHAPE = (6, 4, 1)
N = 7


def encoded(pixels, kind="PNG"):
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (N, 6, 4), np.uint8)


def rows(pixels):
    return [(encoded(each), index) for index, each in enumerate(pixels)]


def unread():
    raise AssertionError("the source was read")
    yield


def sets(cache):
    return sorted((cache / "decoded").iterdir()) if (cache / "decoded").exists() else []


@pytest.mark.parametrize("at_once", [1, 3, 256])
def test_images_and_labels_are_in_their_order(cache, pixels, monkeypatch, at_once):
    monkeypatch.setattr("modelzoo.data.small_images._PIECE_IMAGES", at_once)
    split = unpack_arrays("a", SHAPE, {"train": rows(pixels)})["train"]
    assert np.array_equal(split.images[..., 0], pixels)
    assert split.labels.tolist() == list(range(N))


def test_the_second_time_the_source_is_not_read(cache, pixels):
    first = unpack_arrays("a", SHAPE, {"train": rows(pixels), "test": rows(pixels[:2])})
    second = unpack_arrays("a", SHAPE, {"train": unread(), "test": unread()})
    for name, split in first.items():
        assert np.array_equal(second[name].images, split.images)
        assert np.array_equal(second[name].labels, split.labels)
        assert second[name].labels.dtype == split.labels.dtype
    assert isinstance(second["train"].images, np.memmap)


@pytest.mark.parametrize("labels", [[3, 1], [np.uint8([1, 0]), np.uint8([0, 1])], [0.5, 2.25]])
def test_labels_are_what_they_were(cache, pixels, labels):
    given = [(encoded(pixels[0]), label) for label in labels]
    first = unpack_arrays("a", SHAPE, {"train": given})["train"]
    second = unpack_arrays("a", SHAPE, {"train": unread()})["train"]
    for split in (first, second):
        assert np.array_equal(split.labels, np.asarray(labels))
        assert split.labels.dtype == first.labels.dtype


def test_colours_are_red_green_and_blue(cache):
    coloured = np.random.default_rng(0).integers(0, 256, (6, 4, 3), np.uint8)
    split = unpack_arrays("a", (6, 4, 3), {"train": [(encoded(coloured), 0)]})["train"]
    assert np.array_equal(split.images[0], coloured)


def test_another_key_or_shape_is_another_set(cache, pixels):
    unpack_arrays("a", SHAPE, {"train": rows(pixels)})
    assert len(unpack_arrays("b", SHAPE, {"train": rows(pixels[:2])})["train"]) == 2
    assert unpack_arrays("a", (6, 4, 3), {"train": rows(pixels)})["train"].images.shape[-1] == 3


def test_an_image_of_another_size_is_named_and_nothing_is_left(cache, pixels):
    given = [*rows(pixels), (encoded(pixels[0][:5]), 0)]
    with pytest.raises(DatasetError, match=r"Image 7 of split 'train' of a is 5 x 4 pixels .*6 x"):
        unpack_arrays("a", SHAPE, {"train": given})
    assert sets(cache) == []


@pytest.mark.parametrize("harm", [lambda data: data[:40], lambda data: b"", lambda data: b"text"])
def test_a_bad_image_is_named_and_nothing_is_left(cache, pixels, harm):
    given = [*rows(pixels), (harm(encoded(pixels[0])), 0)]
    with pytest.raises(BadImageError, match=r"Image 7 of split 'train' of a .*"):
        unpack_arrays("a", SHAPE, {"train": given})
    assert sets(cache) == []


def test_a_split_without_images_is_named(cache):
    with pytest.raises(DatasetError, match="Split 'test' of a has no images"):
        unpack_arrays("a", SHAPE, {"test": []})


def test_labels_that_are_no_numbers_are_refused(cache, pixels):
    with pytest.raises(LabelError, match="expected numbers; one is 'cat'"):
        unpack_arrays("a", SHAPE, {"train": [(encoded(pixels[0]), "cat")]})


@pytest.mark.parametrize("error", [DownloadError("no network"), OSError(5, "I/O error")])
def test_what_the_source_raises_is_raised_and_nothing_is_left(cache, pixels, error):
    def breaking_off():
        yield from rows(pixels)
        raise error

    with pytest.raises(type(error)) as raised:
        unpack_arrays("a", SHAPE, {"train": breaking_off()})
    assert raised.value is error
    assert sets(cache) == []


@pytest.mark.parametrize("name", ["images.uint8", "about.json"])
@pytest.mark.parametrize(
    "harm", [lambda data: data[:-10], lambda data: b"", lambda data: data.replace(b"3", b"4", 1)]
)
def test_what_was_damaged_is_written_anew(cache, pixels, name, harm):
    pixels[0, 0, 0] = ord("3")
    unpack_arrays("a", SHAPE, {"train": rows(pixels)})
    (file,) = cache.rglob(name)
    file.write_bytes(harm(file.read_bytes()))
    split = unpack_arrays("a", SHAPE, {"train": rows(pixels)})["train"]
    assert np.array_equal(split.images[..., 0], pixels)
    assert split.labels.tolist() == list(range(N))


def test_an_altered_label_is_noticed(cache, pixels):
    unpack_arrays("a", SHAPE, {"train": [(encoded(pixels[0]), 1234)]})
    (file,) = cache.rglob("about.json")
    file.write_text(file.read_text().replace("1234", "1235"))
    again = unpack_arrays("a", SHAPE, {"train": [(encoded(pixels[0]), 1234)]})["train"]
    assert again.labels.tolist() == [1234]


def test_a_cache_folder_that_can_not_be_written_is_named(monkeypatch, pixels):
    monkeypatch.setenv("MODELZOO_CACHE", "/proc/modelzoo")
    with pytest.raises(StorageError, match=r"/proc/modelzoo/decoded.* can't be .*MODELZOO_CACHE="):
        unpack_arrays("a", SHAPE, {"train": rows(pixels)})
