"""Prepared files that are not what they were when TensorFlow Datasets wrote them."""

import shutil
from pathlib import Path

import pytest
import sets  # noqa: F401 - makes its sets known
import tensorflow as tf
import tensorflow_datasets as tfds

import modelzoo
from modelzoo.errors import DatasetError

TRAIN = 24  # records of the one file of the training split


@pytest.fixture
def folder(data_dir, tmp_path):
    """A copy of a prepared set, to be harmed."""
    return shutil.copytree(data_dir / "photos" / "1.0.0", tmp_path / "photos" / "1.0.0")


@pytest.fixture
def file(folder):
    (found,) = folder.glob("photos-train*")
    return found


def records(file):
    return [each.numpy() for each in tf.data.TFRecordDataset(str(file))]


def write(file, given):
    with tf.io.TFRecordWriter(str(file)) as writer:
        for each in given:
            writer.write(each)


def message(folder, **options):
    with pytest.raises(DatasetError) as raised:
        modelzoo.load_dataset("tfds/photos", data_dir=folder.parents[1], **options)
    said = str(raised.value)
    assert f"Delete the folder {folder} and start again" in said
    return said


def test_a_file_that_was_cut_off_says_how_many_records_were_read(folder, file):
    file.write_bytes(file.read_bytes()[:-100])
    assert f"{file}: record {TRAIN} of {TRAIN} can't be read: truncated record" in message(folder)


def test_a_byte_that_was_changed_says_how_many_records_were_read(folder, file):
    first = len(records(file)[0])
    data = bytearray(file.read_bytes())
    data[first + 16 + 20] ^= 1  # 16 bytes of lengths and checksums, then into the next record
    file.write_bytes(data)
    assert f"{file}: record 2 of {TRAIN} can't be read: corrupted record" in message(folder)


def test_a_record_that_is_no_example_is_counted(folder, file):
    write(file, [*records(file)[:5], b"something else", *records(file)[6:]])
    assert f"{file}: record 6 of {TRAIN} can't be read: " in message(folder)


def test_records_that_are_not_there_are_counted(folder, file):
    write(file, records(file)[:20])
    assert f"{file} has 20 records, expected {TRAIN}." in message(folder)


def test_records_before_the_part_that_is_read_are_counted_as_they_are(folder, file):
    write(file, records(file)[:3])
    said = message(folder, train="train[50%:]")
    assert f"{file} has 3 records, expected {TRAIN}." in said


def test_nothing_is_unpacked(folder, file, cache):
    file.write_bytes(file.read_bytes()[:-100])
    message(folder)
    assert not [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.parametrize("harm", [lambda data: data[:-100], lambda data: b""])
def test_the_other_format_says_which_file_it_is(tmp_path, harm):
    builder = tfds.builder("photos", data_dir=str(tmp_path), file_format="array_record")
    builder.download_and_prepare()
    (file,) = Path(builder.data_dir).glob("photos-train*")
    file.write_bytes(harm(file.read_bytes()))
    assert f"{file}: record 1 of {TRAIN} can't be read: " in message(Path(builder.data_dir))


def test_a_missing_record_file_is_named(folder, file):
    file.unlink()
    assert f"{file} can't be read: No such file" in message(folder)
