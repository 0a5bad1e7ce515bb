import hashlib
import io
import resource
import zipfile

import numpy as np
import pytest
from PIL import Image

from modelzoo.builtin.cats_vs_dogs import archive
from modelzoo.data import load_dataset
from modelzoo.errors import DatasetError, DownloadError, StorageError

N = 60


def jpeg(number):
    """A small image that differs from the others."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (number, 255 - number, 7)).save(buffer, "jpeg")
    return buffer.getvalue() + number.to_bytes(2, "big")


def pet_images():
    """File names and contents as in Microsoft's archive."""
    cats = {f"PetImages/Cat/{number}.jpg": jpeg(number) for number in range(N)}
    dogs = {f"PetImages/Dog/{number}.jpg": jpeg(N + number) for number in range(N)}
    return {**cats, **dogs, "PetImages/Cat/Thumbs.db": b"\0"}


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def served(web_server, monkeypatch):
    """The archive on a server of this machine; call it with what is to be in the archive."""

    def serve(files):
        path = web_server.folder / "pets.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        monkeypatch.setattr(archive, "URL", f"{web_server.url}pets.zip")
        monkeypatch.setattr(archive, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
        return path

    return serve


def test_training_and_test_set_are_taken_as_they_are(tmp_path):
    put(
        tmp_path,
        {
            "training_set/cats/1.jpg": jpeg(1),
            "training_set/dogs/2.jpg": jpeg(2),
            "training_set/dogs/3.jpg": jpeg(3),
            "test_set/cats/4.jpg": jpeg(4),
            "test_set/dogs/5.jpg": jpeg(5),
        },
    )
    dataset = load_dataset("cats_vs_dogs", data_dir=tmp_path)
    assert dataset.classes == ("cats", "dogs")
    assert dataset.splits["train"].labels.tolist() == [0, 1, 1]
    assert dataset.splits["test"].labels.tolist() == [0, 1]


@pytest.mark.parametrize("inner", ["", "PetImages"])
def test_the_unpacked_archive_is_taken_from_its_folder_or_the_one_around_it(tmp_path, inner):
    put(tmp_path, pet_images())
    (tmp_path / "readme.txt").write_text("pets")
    splits = load_dataset("cats_vs_dogs", data_dir=tmp_path / inner).splits
    assert len(splits["train"]) + len(splits["test"]) == 2 * N
    is_dog = [path.parent.name == "Dog" for path in splits["train"].paths]
    np.testing.assert_array_equal(splits["train"].labels, is_dog)


def test_a_fifth_is_set_aside_for_the_test_and_always_the_same(tmp_path):
    put(tmp_path / "here", pet_images())
    renamed = {name.replace(".jpg", "0.jpg"): each for name, each in pet_images().items()}
    put(tmp_path / "there", renamed)
    here, there = (
        load_dataset("cats_vs_dogs", data_dir=tmp_path / name).splits["test"].content_hashes()
        for name in ("here", "there")
    )
    assert set(here) == set(there)
    assert 0.1 < len(here) / (2 * N) < 0.3


def test_a_validation_part_can_be_split_off_what_is_left(tmp_path):
    from modelzoo.data.validation import split_validation

    put(tmp_path, pet_images())
    left, validation = split_validation(
        load_dataset("cats_vs_dogs", data_dir=tmp_path).splits["train"], 0.2
    )
    assert 0.1 < len(validation) / (len(left) + len(validation)) < 0.3


def test_the_archive_is_downloaded_unpacked_and_not_fetched_again(cache, served):
    path = served(pet_images())
    first = load_dataset("cats_vs_dogs")
    assert len(first.splits["train"]) + len(first.splits["test"]) == 2 * N
    path.unlink()
    assert load_dataset("cats_vs_dogs").fingerprint == first.fingerprint
    assert not list(cache.rglob("*.zip"))


def test_nothing_but_the_images_is_unpacked(cache, served):
    strange = ("../../outside.jpg", "PetImages/Cat/../../../up.jpg", "/abs.jpg", "setup.py")
    served(pet_images() | dict.fromkeys(strange, b"no"))
    load_dataset("cats_vs_dogs")
    files = [path for path in cache.parent.rglob("*") if path.is_file()]
    inside = cache / "cats_vs_dogs" / "PetImages"
    assert {path.parent for path in files if cache in path.parents} == {
        inside / "Cat",
        inside / "Dog",
    }
    assert not [path for path in files if path.name in ("outside.jpg", "up.jpg")]


def test_bad_files_of_the_archive_are_left_out_and_listed(cache, served):
    bad = {
        "PetImages/Cat/900.jpg": b"",
        "PetImages/Cat/901.jpg": jpeg(1)[:100],
        "PetImages/Dog/902.jpg": b"no image",
    }
    served(pet_images() | bad)
    with pytest.warns(UserWarning, match=f"3 of the archive's {2 * N + 3} files are no whole"):
        dataset = load_dataset("cats_vs_dogs")
    assert len(dataset.splits["train"]) + len(dataset.splits["test"]) == 2 * N
    (listed,) = cache.rglob("bad_images.txt")
    assert [line.split()[0] for line in listed.read_text().splitlines()] == list(bad)


def test_a_full_disk_while_unpacking_leaves_no_folder(cache, served):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    served(pet_images() | {"PetImages/Cat/900.jpg": jpeg(1) + bytes(100_000)})
    archive.fetch(archive.URL, sha256=archive.SHA256, folder="cats_vs_dogs")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(StorageError, match="PetImages can't be written: File too large"):
            load_dataset("cats_vs_dogs")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (cache / "cats_vs_dogs" / "PetImages").exists()


def test_an_altered_archive_is_refused_and_nothing_is_left(cache, served):
    served(pet_images()).write_bytes(b"something else")
    with pytest.raises(DownloadError, match="is not the file with SHA-256"):
        load_dataset("cats_vs_dogs")
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_an_archive_without_images_leaves_no_folder(cache, served):
    served({"readme.txt": b"none"})
    with pytest.raises(DatasetError, match="has no images in PetImages/Cat and PetImages/Dog"):
        load_dataset("cats_vs_dogs")
    assert not (cache / "cats_vs_dogs" / "PetImages").exists()


def test_without_network_the_error_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(archive, "URL", "http://127.0.0.1:9/pets.zip")
    with pytest.raises(DownloadError, match="put a copy of it at .*Or say data_dir='PATH'"):
        load_dataset("cats_vs_dogs")


def test_other_animals_are_refused(tmp_path):
    put(tmp_path, {"cats/1.jpg": jpeg(1), "mice/2.jpg": jpeg(2)})
    with pytest.raises(DatasetError, match="class folders 'cats', 'mice', expected 'cats' and"):
        load_dataset("cats_vs_dogs", data_dir=tmp_path)


def test_two_folders_of_one_animal_are_refused(tmp_path):
    put(tmp_path, {"cat/1.jpg": jpeg(1), "cats/2.jpg": jpeg(2), "dogs/3.jpg": jpeg(3)})
    with pytest.raises(DatasetError, match="class folders 'cat', 'cats', 'dogs', expected"):
        load_dataset("cats_vs_dogs", data_dir=tmp_path)


def test_the_real_images_are_found(cats_and_dogs):
    splits = load_dataset("cats_vs_dogs", data_dir=cats_and_dogs).splits
    assert {name: np.bincount(split.labels).tolist() for name, split in splits.items()} == {
        "train": [4000, 4000],
        "test": [1000, 1000],
    }
