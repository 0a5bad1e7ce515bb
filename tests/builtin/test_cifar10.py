import hashlib
import io
import tarfile

import numpy as np
import pytest

from modelzoo.builtin.cifar10 import dataset as cifar10
from modelzoo.data import load_dataset
from modelzoo.errors import DatasetError, DownloadError, LabelError

NAMES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
PER_FILE = 4


def records(number):
    """Images (n, 32, 32, 3) and labels of one file."""
    random = np.random.default_rng(number)
    images = random.integers(256, size=(PER_FILE, 32, 32, 3), dtype=np.uint8)
    return images, random.integers(10, size=PER_FILE, dtype=np.uint8)


def contents():
    """The six files as they are published, but for the number of images."""
    files = {}
    for number, name in enumerate(NAMES):
        images, labels = records(number)
        files[name] = b"".join(
            bytes([label]) + b"".join(image[:, :, colour].tobytes() for colour in range(3))
            for image, label in zip(images, labels, strict=True)
        )
    return files


@pytest.fixture
def folder(tmp_path):
    inner = tmp_path / "cifar-10-batches-bin"
    inner.mkdir()
    for name, data in contents().items():
        (inner / name).write_bytes(data)
    return inner


@pytest.fixture
def archive(web_server, monkeypatch):
    """The archive, on a server of this machine."""
    path = web_server.folder / "cifar-10-binary.tar.gz"
    strange = {"../outside.bin": b"no", "cifar-10-batches-bin/readme.html": b"no"}
    with tarfile.open(path, "w:gz") as packed:
        for name, data in {
            **{f"cifar-10-batches-bin/{name}": data for name, data in contents().items()},
            **strange,
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    monkeypatch.setattr(cifar10, "URL", f"{web_server.url}{path.name}")
    monkeypatch.setattr(cifar10, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def check(dataset):
    train = [records(number) for number in range(5)]
    images, labels = (np.concatenate(each) for each in zip(*train, strict=True))
    np.testing.assert_array_equal(dataset.splits["train"].images, images)
    np.testing.assert_array_equal(dataset.splits["train"].labels, labels)
    np.testing.assert_array_equal(dataset.splits["test"].images, records(5)[0])


def test_the_files_are_read_from_their_folder(folder):
    check(load_dataset("cifar10", data_dir=folder))


def test_the_files_are_read_from_the_folder_around_theirs(folder):
    check(load_dataset("cifar10", data_dir=folder.parent))


def test_the_archive_is_downloaded_unpacked_and_not_fetched_again(cache, archive):
    check(load_dataset("cifar10"))
    archive.unlink()
    check(load_dataset("cifar10"))


def test_nothing_but_the_six_files_is_unpacked(cache, archive):
    load_dataset("cifar10")
    assert sorted(path.name for path in cache.rglob("*") if path.is_file()) == sorted(NAMES)


def test_an_altered_archive_is_refused_and_nothing_is_left(cache, archive):
    archive.write_bytes(b"something else")
    with pytest.raises(DownloadError, match="is not the file with SHA-256"):
        load_dataset("cifar10")
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_without_network_the_error_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(cifar10, "URL", "http://127.0.0.1:9/cifar-10-binary.tar.gz")
    with pytest.raises(DownloadError, match="Or say data_dir='PATH' for a folder with the files"):
        load_dataset("cifar10")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(DatasetError, match=f"has no file {name}. Expected the files of the binary"):
        load_dataset("cifar10", data_dir=folder)


def test_the_pickled_version_is_not_opened(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(b"\x80\x04.")
    with pytest.raises(DatasetError, match="has the pickled version, and nothing is ever unpickle"):
        load_dataset("cifar10", data_dir=tmp_path)


@pytest.mark.parametrize("size", [0, 3072, 4 * 3073 - 1])
def test_a_file_that_is_cut_off_is_refused(folder, size):
    path = folder / "data_batch_3.bin"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DatasetError, match=f"data_batch_3.bin has {size} bytes, expected a multip"):
        load_dataset("cifar10", data_dir=folder)


def test_a_label_above_nine_is_refused(folder):
    path = folder / "test_batch.bin"
    data = bytearray(path.read_bytes())
    data[2 * 3073] = 10
    path.write_bytes(data)
    with pytest.raises(LabelError, match=r"Image 2 of .*test_batch\.bin has label 10, expected 0"):
        load_dataset("cifar10", data_dir=folder)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match=rf"There is no folder {tmp_path}/nowhere\. Give"):
        load_dataset("cifar10", data_dir=tmp_path / "nowhere")
