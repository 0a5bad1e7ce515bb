import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from modelzoo.builtin.fashion_mnist import dataset as fashion_mnist
from modelzoo.data import load_dataset
from modelzoo.errors import DatasetError, DownloadError, IncompatibleError
from modelzoo.registry import find

FILES = tuple(fashion_mnist.CONTENT_SHA256)
BUILTIN = Path(fashion_mnist.__file__).parent


@pytest.fixture
def debian() -> Path:
    """Debian's folder with the real files."""
    if not (fashion_mnist.DEBIAN_FOLDER / f"{FILES[0]}.gz").is_file():
        pytest.skip("the real files are not here: install Debian's package dataset-fashion-mnist")
    return fashion_mnist.DEBIAN_FOLDER


def idx(array):
    """The bytes of a uint8 array in IDX format."""
    shape = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A folder with four small files, which are the original ones as far as hashes can tell."""
    random = np.random.default_rng(0)
    folder = tmp_path / "small"
    folder.mkdir()
    compressed, content = {}, {}
    for name in FILES:
        count = 20 if name.startswith("train") else 10
        shape = (count, 28, 28) if "images" in name else (count,)
        data = idx(random.integers(10, size=shape, dtype=np.uint8))
        path = folder / f"{name}.gz"
        path.write_bytes(gzip.compress(data))
        content[name] = hashlib.sha256(data).hexdigest()
        compressed[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(fashion_mnist, "CONTENT_SHA256", content)
    monkeypatch.setattr(fashion_mnist, "COMPRESSED_SHA256", compressed)
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "no debian")
    monkeypatch.setattr(fashion_mnist, "ADDRESSES", ("http://127.0.0.1:9/",))
    return folder


def test_the_real_files_are_read_whole(debian):
    dataset = load_dataset("fashion_mnist", data_dir=debian)
    train, test = dataset.splits["train"], dataset.splits["test"]
    assert train.images.shape == (60000, 28, 28, 1)
    assert test.images.shape == (10000, 28, 28, 1)
    assert np.bincount(train.labels).tolist() == [6000] * 10
    assert np.bincount(test.labels).tolist() == [1000] * 10
    # The means that the authors' repository gives for normalisation: 72.9 of 255.
    assert train.images.mean() == pytest.approx(72.94, abs=0.01)


def test_the_spec_says_what_the_data_say(debian):
    spec, dataset = find("dataset", "fashion_mnist").spec, load_dataset("fashion_mnist")
    assert dataset.classes == spec.classes
    assert {name: len(split) for name, split in dataset.splits.items()} == dict(spec.splits)


def test_unpacked_files_are_read_too(small):
    packed = load_dataset("fashion_mnist", data_dir=small)
    for name in FILES:
        (small / name).write_bytes(gzip.decompress((small / f"{name}.gz").read_bytes()))
        (small / f"{name}.gz").unlink()
    assert load_dataset("fashion_mnist", data_dir=small).fingerprint == packed.fingerprint


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(small, name):
    (small / f"{name}.gz").unlink()
    with pytest.raises(DatasetError, match=rf"small has no file {name}\.gz"):
        load_dataset("fashion_mnist", data_dir=small)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_refused_though_it_is_well_formed(small, name):
    path = small / f"{name}.gz"
    data = bytearray(gzip.decompress(path.read_bytes()))
    data[-1] ^= 1
    path.write_bytes(gzip.compress(bytes(data)))
    with pytest.raises(DatasetError, match=rf"{name}\.gz is not the original file: its content"):
        load_dataset("fashion_mnist", data_dir=small)


def test_a_truncated_file_is_refused(small):
    path = small / f"{FILES[0]}.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DatasetError, match=rf"{FILES[0]}\.gz can't be read: .* Get it again\."):
        load_dataset("fashion_mnist", data_dir=small)


def test_the_cache_is_looked_at_first(small, cache):
    shutil.copytree(small, cache / "fashion_mnist")
    assert len(load_dataset("fashion_mnist").splits["train"]) == 20


def test_debians_folder_is_looked_at_next(small, cache, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", small)
    assert len(load_dataset("fashion_mnist").splits["train"]) == 20


def test_files_that_are_nowhere_are_downloaded_into_the_cache(
    small, cache, web_server, monkeypatch
):
    shutil.copytree(small, web_server.folder, dirs_exist_ok=True)
    monkeypatch.setattr(fashion_mnist, "ADDRESSES", ("http://127.0.0.1:9/", web_server.url))
    assert len(load_dataset("fashion_mnist").splits["train"]) == 20
    shutil.rmtree(web_server.folder)
    assert len(load_dataset("fashion_mnist").splits["train"]) == 20


def test_a_damaged_file_in_the_cache_is_downloaded_again(small, cache, web_server, monkeypatch):
    shutil.copytree(small, web_server.folder, dirs_exist_ok=True)
    shutil.copytree(small, cache / "fashion_mnist")
    (cache / "fashion_mnist" / f"{FILES[0]}.gz").write_bytes(b"damaged")
    monkeypatch.setattr(fashion_mnist, "ADDRESSES", (web_server.url,))
    assert len(load_dataset("fashion_mnist").splits["train"]) == 20


def test_without_network_the_error_names_the_ways_out(small, cache):
    with pytest.raises(DownloadError) as error:
        load_dataset("fashion_mnist")
    for way in ("dataset-fashion-mnist", "data_dir='PATH'", "'fashion_mnist_sample'"):
        assert way in str(error.value)


def test_ten_classes_do_not_fit_a_binary_task():
    with pytest.raises(IncompatibleError, match="has 10 classes, but task 'binary' takes 2"):
        load_dataset("fashion_mnist", task="binary")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match=rf"There is no folder {tmp_path}/nowhere\. Give"):
        load_dataset("fashion_mnist", data_dir=tmp_path / "nowhere")
