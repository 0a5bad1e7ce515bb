"""What a set becomes: its images, labels, classes and splits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sets
import tensorflow_datasets as tfds
from PIL import Image

import modelzoo
from modelzoo.data import ArraySplit, FileSplit
from modelzoo.errors import DatasetError, IncompatibleError, LabelError, OptionError


def as_tfds_reads_it(data_dir, name, split, image="image", label="label"):
    """The same by TensorFlow Datasets: files one after the other, images undecoded."""
    read = tfds.load(
        name,
        split=split,
        data_dir=str(data_dir),
        decoders={image: tfds.decode.SkipDecoding()},
        read_config=tfds.ReadConfig(interleave_cycle_length=1),
    )
    examples = list(tfds.as_numpy(read))
    return [each[image] for each in examples], [int(each[label]) for each in examples]


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("train", "train"), ("val", "validation"), ("test", "test")]
)
def test_files_are_those_of_the_records_in_their_order(data_dir, ours, theirs):
    split = modelzoo.load_dataset("tfds/photos", data_dir=data_dir).splits[ours]
    images, labels = as_tfds_reads_it(data_dir, "photos", theirs)
    assert isinstance(split, FileSplit)
    assert [path.read_bytes() for path in split.paths] == images
    assert split.labels.tolist() == labels


def test_small_images_of_one_size_are_an_array(data_dir):
    split = modelzoo.load_dataset("tfds/digits", data_dir=data_dir).splits["train"]
    read = tfds.as_numpy(
        tfds.load(
            "digits",
            split="train",
            data_dir=str(data_dir),
            read_config=tfds.ReadConfig(interleave_cycle_length=1),
        )
    )
    assert isinstance(split, ArraySplit)
    assert np.array_equal(split.images, [each["image"] for each in read])


def test_a_fourth_channel_needs_no_array(data_dir):
    split = modelzoo.load_dataset("tfds/transparent", data_dir=data_dir).splits["train"]
    assert isinstance(split, FileSplit)


def test_classes_are_those_of_the_set(data_dir):
    dataset = modelzoo.load_dataset("tfds/photos", data_dir=data_dir)
    assert dataset.classes == sets.CLASSES
    assert dataset.name == "tfds/photos/1.0.0"
    for path, label in zip(
        dataset.splits["train"].paths, dataset.splits["train"].labels, strict=True
    ):
        assert (pixels(path).mean() > 125) == (dataset.classes[label] == "bright")


def test_two_classes_are_a_binary_task_too(data_dir):
    dataset = modelzoo.load_dataset("tfds/photos", task="binary", data_dir=data_dir)
    assert set(dataset.splits["train"].labels.tolist()) == {0, 1}


def test_several_classes_per_image_are_ones_and_zeros(data_dir):
    dataset = modelzoo.load_dataset("tfds/several", task="multilabel", data_dir=data_dir)
    labels = dataset.splits["train"].labels
    assert labels.shape == (12, 3)
    assert sorted(map(tuple, labels.tolist())) == 3 * [(0, 0, 0)] + 3 * [(0, 0, 1)] + 3 * [
        (0, 1, 0)
    ] + 3 * [(1, 0, 1)]


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("tfds/several", "multiclass", "'seen'.* any number of classes .*--task multilabel"),
        ("tfds/photos", "multilabel", "'label'.* one class per image.*--task multiclass"),
    ],
)
def test_another_kind_of_label_names_the_task_for_it(data_dir, name, task, said):
    with pytest.raises(IncompatibleError, match=said):
        modelzoo.load_dataset(name, task=task, data_dir=data_dir)


def test_reading_twice_is_the_same(data_dir, cache):
    first = modelzoo.load_dataset("tfds/photos", data_dir=data_dir)
    shutil.rmtree(cache)
    second = modelzoo.load_dataset("tfds/photos", data_dir=data_dir)
    assert second.fingerprint == first.fingerprint
    for name, split in first.splits.items():
        assert second.splits[name].content_hashes() == split.content_hashes()


def test_what_is_unpacked_is_not_read_again(data_dir, monkeypatch):
    first = modelzoo.load_dataset("tfds/photos", data_dir=data_dir)
    monkeypatch.setattr("modelzoo_tfds.records.Records._examples", None)
    monkeypatch.setattr("modelzoo_tfds.records.Records.is_labelled", True)
    assert modelzoo.load_dataset("tfds/photos", data_dir=data_dir).fingerprint == first.fingerprint


def test_a_set_that_is_prepared_anew_is_read_anew(tmp_path):
    first = modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)
    builder = tfds.builder("photos", data_dir=str(tmp_path))
    shutil.rmtree(builder.data_dir)
    type(builder).SIZES = {**type(builder).SIZES, "train": 9}
    try:
        again = modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)
    finally:
        type(builder).SIZES = {**type(builder).SIZES, "train": 24}
    assert (len(first.splits["train"]), len(again.splits["train"])) == (24, 9)


FINGERPRINT = """
import sys
import modelzoo
print(modelzoo.load_dataset(sys.argv[1], data_dir=sys.argv[2]).fingerprint)
print("sets" in sys.modules)
"""


def in_another_process(name, folder, tmp_path, **env):
    """The fingerprint, where nobody has the set's class."""
    command = [sys.executable, "-c", FINGERPRINT, name, str(folder)]
    environment = {**os.environ, "MODELZOO_CACHE": str(tmp_path / "other"), **env}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    fingerprint, has_class = done.stdout.split()
    assert has_class == "False"
    return fingerprint


@pytest.mark.parametrize("name", ["photos", "digits"])
def test_without_its_class_a_prepared_set_is_the_same(data_dir, tmp_path, name):
    here = modelzoo.load_dataset(f"tfds/{name}", data_dir=data_dir).fingerprint
    assert in_another_process(f"tfds/{name}", data_dir, tmp_path, PYTHONHASHSEED="1") == here


def test_the_folder_of_one_set_is_enough(data_dir, tmp_path):
    here = modelzoo.load_dataset("tfds/photos", data_dir=data_dir).fingerprint
    copied = shutil.copytree(data_dir / "photos" / "1.0.0", tmp_path / "copied")
    assert in_another_process("tfds/photos", copied, tmp_path) == here


def test_the_folder_of_another_set_is_named(data_dir):
    with pytest.raises(DatasetError, match=r"has the set 'photos/1\.0\.0', not 'digits'"):
        modelzoo.load_dataset("tfds/digits", data_dir=data_dir / "photos" / "1.0.0")


@pytest.mark.parametrize("name", ["tfds/coloured/red", "tfds/coloured/red/2.0.0"])
def test_a_configuration_is_a_part_of_the_name(data_dir, name):
    dataset = modelzoo.load_dataset(name, data_dir=data_dir)
    assert dataset.name == "tfds/coloured/red/2.0.0"
    assert pixels(dataset.splits["train"].paths[0])[..., 1].max() == 0


def test_parts_of_splits_are_those_of_tensorflow_datasets(data_dir):
    dataset = modelzoo.load_dataset(
        "tfds/photos", data_dir=data_dir, train="train[:75%]+validation", test="train[75%:]"
    )
    assert list(dataset.splits) == ["train", "test"]
    for name, wanted in (("train", "train[:75%]+validation"), ("test", "train[75%:]")):
        images, labels = as_tfds_reads_it(data_dir, "photos", wanted)
        assert [path.read_bytes() for path in dataset.splits[name].paths] == images
        assert dataset.splits[name].labels.tolist() == labels


def test_a_set_without_a_training_split_needs_one_named(data_dir):
    with pytest.raises(DatasetError, match=r"has splits test, .* train='test\[:80%\]'"):
        modelzoo.load_dataset("tfds/benchmark", data_dir=data_dir)
    dataset = modelzoo.load_dataset("tfds/benchmark", data_dir=data_dir, train="test[:8]")
    assert len(dataset.splits["train"]) == 8


@pytest.mark.parametrize("wanted", ["extra", "train[:x]", "train[", 3, "train[100%:]+extra"])
def test_a_split_that_is_none_is_named(data_dir, wanted):
    with pytest.raises(OptionError, match=r"train=.* is no split of 'photos/1.0.0'.*train, val"):
        modelzoo.load_dataset("tfds/photos", data_dir=data_dir, train=wanted)


def test_a_split_without_labels_is_left_out(data_dir):
    with pytest.warns(UserWarning, match="Split 'test' of 'contest/1.0.0' has no labels"):
        assert list(modelzoo.load_dataset("tfds/contest", data_dir=data_dir).splits) == ["train"]


def test_a_split_without_labels_is_not_read_again_to_know_it(data_dir, monkeypatch):
    with pytest.warns(UserWarning, match="has no labels"):
        modelzoo.load_dataset("tfds/contest", data_dir=data_dir)
    monkeypatch.setattr("modelzoo_tfds.records.Records._examples", None)
    with pytest.warns(UserWarning, match="has no labels"):
        assert list(modelzoo.load_dataset("tfds/contest", data_dir=data_dir).splits) == ["train"]


def test_a_split_of_which_some_images_have_no_label_is_refused_with_the_first(data_dir):
    with pytest.raises(LabelError, match=r"Split 'test' .* Label -1 of image 0 is out of range"):
        modelzoo.load_dataset("tfds/partly", data_dir=data_dir)


def test_a_split_without_labels_is_refused_where_it_was_named(data_dir):
    with pytest.raises(LabelError, match="Split 'test'"):
        modelzoo.load_dataset("tfds/contest", data_dir=data_dir, train="train", test="test")


def test_another_format_of_records_is_the_same(data_dir, tmp_path):
    here = modelzoo.load_dataset("tfds/photos", data_dir=data_dir)
    builder = tfds.builder("photos", data_dir=str(tmp_path), file_format="array_record")
    builder.download_and_prepare()
    there = modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)
    assert there.fingerprint == here.fingerprint


def test_the_format_that_is_not_read_is_named(tmp_path):
    tfds.builder("photos", data_dir=str(tmp_path), file_format="parquet").download_and_prepare()
    with pytest.raises(DatasetError, match="format 'parquet', expected 'tfrecord' or 'array_reco"):
        modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)


def test_several_record_files_are_read_one_after_the_other(data_dir, tmp_path):
    builder = tfds.builder("photos", data_dir=str(tmp_path))
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=3))
    assert len(list(Path(builder.data_dir).glob("photos-train*"))) == 3
    images, labels = as_tfds_reads_it(tmp_path, "photos", "train[2:20]")
    split = modelzoo.load_dataset("tfds/photos", data_dir=tmp_path, train="train[2:20]").splits[
        "train"
    ]
    assert [path.read_bytes() for path in split.paths] == images
    assert split.labels.tolist() == labels


STARTED = """
import sys
import modelzoo
modelzoo.load_dataset("tfds/digits", data_dir=sys.argv[1])
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1)  # an error where TensorFlow has started
print("not started")
"""


def test_reading_does_not_start_tensorflow(data_dir):
    command = [sys.executable, "-c", STARTED, str(data_dir)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == "not started\n", done.stderr
    assert "deprecated" not in done.stderr
