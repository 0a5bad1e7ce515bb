import gzip
import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from modelzoo.builtin.mnist import dataset as mnist
from modelzoo.builtin.mnist.idx import IDX_FILES, parse_idx
from modelzoo.data import load_dataset
from modelzoo.errors import DatasetError, DownloadError, LabelError

X = np.arange(12 * 28 * 28, dtype=np.uint8).reshape(12, 28, 28)
Y = np.arange(12, dtype=np.uint8) % 10


def idx(array):
    """The bytes of a uint8 array in IDX format."""
    shape = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def save_npz(path, **changes):
    values = {"x_train": X, "y_train": Y, "x_test": X[:5], "y_test": Y[:5], **changes}
    np.savez(path, **values)
    return path


def save_originals(folder, ending=".gz", **changes):
    contents = {"train": (X, Y), "test": (X[:5], Y[:5]), **changes}
    for split, names in IDX_FILES.items():
        for name, array in zip(names, contents[split], strict=True):
            data = idx(array)
            path = folder / f"{name}{ending}"
            path.write_bytes(gzip.compress(data) if ending else data)
    return folder


def check(dataset):
    np.testing.assert_array_equal(dataset.splits["train"].images, X[..., None])
    np.testing.assert_array_equal(dataset.splits["train"].labels, Y)
    np.testing.assert_array_equal(dataset.splits["test"].images, X[:5, ..., None])
    assert dataset.classes == tuple("0123456789")


@settings(deadline=None)
@given(arrays(np.uint8, array_shapes(max_dims=4)))
def test_what_is_written_in_idx_format_is_read_again(array):
    np.testing.assert_array_equal(parse_idx(idx(array), "it"), array)


@settings(deadline=None)
@given(arrays(np.uint8, array_shapes(max_dims=3)), st.data())
def test_idx_bytes_that_are_cut_off_anywhere_are_refused(array, data):
    whole = idx(array)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DatasetError):
        parse_idx(whole[:end], "it")


@pytest.mark.parametrize("name", ["mnist.npz", ""])
def test_the_file_of_keras_is_read_by_its_own_name_or_its_folders(tmp_path, name):
    save_npz(tmp_path / "mnist.npz")
    check(load_dataset("mnist", data_dir=tmp_path / name))


@pytest.mark.parametrize("ending", [".gz", ""])
def test_the_original_files_are_read_compressed_or_not(tmp_path, ending):
    check(load_dataset("mnist", data_dir=save_originals(tmp_path, ending)))


def test_without_a_folder_the_file_is_downloaded_once(cache, web_server, monkeypatch):
    path = save_npz(web_server.folder / "mnist.npz")
    monkeypatch.setattr(mnist, "URL", f"{web_server.url}mnist.npz")
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    check(load_dataset("mnist"))
    path.unlink()
    check(load_dataset("mnist"))


def test_another_file_than_that_of_keras_is_not_accepted(cache, web_server, monkeypatch):
    save_npz(web_server.folder / "mnist.npz")
    monkeypatch.setattr(mnist, "URL", f"{web_server.url}mnist.npz")
    with pytest.raises(DownloadError, match=f"is not the file with SHA-256 {mnist.SHA256}"):
        load_dataset("mnist")
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_the_pinned_hash_is_the_one_that_keras_pins():
    import inspect

    from keras.datasets import mnist as keras_mnist

    source = inspect.getsource(keras_mnist.load_data)
    assert mnist.SHA256 in source
    assert mnist.URL.removesuffix("mnist.npz") in source


def test_without_network_the_error_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:9/mnist.npz")
    with pytest.raises(DownloadError, match=r"Or say data_dir='PATH' for a folder with mnist\.npz"):
        load_dataset("mnist")


def test_a_folder_without_the_files_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match=r"has no file train-images.*Nor is mnist\.npz there"):
        load_dataset("mnist", data_dir=tmp_path)


def test_a_file_that_is_cut_off_is_an_error(tmp_path):
    path = save_originals(tmp_path) / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DatasetError, match=r"t10k-images-idx3-ubyte\.gz can't be read"):
        load_dataset("mnist", data_dir=tmp_path)


def test_a_file_of_the_published_size_has_to_be_the_published_one(tmp_path):
    save_originals(tmp_path, test=(np.zeros((10_000, 2, 2), np.uint8), np.zeros(10_000, np.uint8)))
    with pytest.raises(DatasetError, match=r"t10k-images-idx3-ubyte\.gz is not the original file"):
        load_dataset("mnist", data_dir=tmp_path)


def test_more_labels_than_images_are_an_error(tmp_path):
    save_originals(tmp_path, test=(X[:5], Y[:6]))
    with pytest.raises(DatasetError, match=r"images of shape \(5, 28, 28\) and labels of shape"):
        load_dataset("mnist", data_dir=tmp_path)


def test_another_npz_file_is_an_error_that_names_the_dataset_for_it(tmp_path):
    path = save_npz(tmp_path / "mnist.npz", x_test=X[:5] / 255)
    with pytest.raises(DatasetError, match="has x_test of float64 .*use dataset 'npz' for arrays"):
        load_dataset("mnist", data_dir=path)


def test_a_label_above_nine_is_out_of_range(tmp_path):
    path = save_npz(tmp_path / "mnist.npz", y_train=Y + 1)
    with pytest.raises(LabelError, match="Label 10 of image 9 is out of range"):
        load_dataset("mnist", data_dir=path)


@pytest.mark.parametrize("labels", [Y.astype(str), Y + 0.5, Y * np.nan])
def test_labels_that_are_no_whole_numbers_are_refused_with_their_place(tmp_path, labels):
    path = save_npz(tmp_path / "mnist.npz", y_test=labels[:5])
    with pytest.raises(LabelError, match=f"y_test of {path}: .* one class index"):
        load_dataset("mnist", data_dir=path)


def test_a_place_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match=rf"There is no folder {tmp_path}/nowhere\. Give"):
        load_dataset("mnist", data_dir=tmp_path / "nowhere")
