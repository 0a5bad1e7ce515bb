"""Sets that are not there yet: prepared by TensorFlow Datasets, or why not."""

import io
import re
import shutil
import subprocess
import sys
import tarfile

import pytest
import sets
import tensorflow_datasets as tfds
from modelzoo_tfds.failures import explained

import modelzoo
from modelzoo.errors import (
    DatasetError,
    DownloadError,
    StorageError,
    UnknownNameError,
)


def test_a_set_that_is_defined_here_is_prepared(tmp_path, capfd):
    dataset = modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)
    assert len(dataset.splits["train"]) == 24
    assert (tmp_path / "photos" / "1.0.0" / "dataset_info.json").exists()
    assert capfd.readouterr().out == ""


def flowers(folder):
    """The download of tf_flowers, smaller, where TensorFlow Datasets believes in it."""
    builder = tfds.builder("tf_flowers", data_dir=str(folder))
    ((url, about),) = builder.url_infos.items()
    name = tfds.core.download.resource.get_dl_fname(url, about.checksum)
    archive = folder / "downloads" / "tf_flowers" / name
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as packed:
        for index in range(12):
            data = sets.encoded(sets.picture(index, index % 2), "JPEG").getvalue()
            member = tarfile.TarInfo(f"flower_photos/{('daisy', 'roses')[index % 2]}/{index}.jpg")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    archive.with_name(f"{name}.INFO").write_text("{}")


PREPARED_ELSEWHERE = """
import sys
import modelzoo
dataset = modelzoo.load_dataset("tfds/tf_flowers", data_dir=sys.argv[1])
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1)  # an error where TensorFlow has started
names = [dataset.classes[label] for label in dataset.splits["train"].labels]
print(dataset.name, names.count("daisy"), names.count("roses"))
"""


def test_a_set_of_theirs_is_prepared_in_another_process(tmp_path, no_network):
    flowers(tmp_path)
    command = [sys.executable, "-c", PREPARED_ELSEWHERE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == "tfds/tf_flowers/3.0.1 6 6\n", done.stderr
    assert "Downloading and preparing dataset" in done.stderr
    assert "%|" not in done.stderr  # no bars where there is no terminal


# A library that is loaded while a set is prepared and prints by C's functions, not Python's.
PRINTS = """
import os, sys
if "modelzoo_tfds.preparing" in sys.orig_argv:
    os.write(1, b"something printed")
"""


def test_what_the_other_process_prints_is_no_result(tmp_path, no_network, monkeypatch):
    flowers(tmp_path)
    (tmp_path / "sitecustomize.py").write_text(PRINTS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-c", PREPARED_ELSEWHERE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == "tfds/tf_flowers/3.0.1 6 6\n", done.stderr
    assert "something printed" in done.stderr


ENDS = """
import os, sys
if "modelzoo_tfds.preparing" in sys.orig_argv:
    os._exit(9)
"""


def test_the_other_process_that_ends_too_early_is_named(tmp_path, no_network, monkeypatch):
    flowers(tmp_path)
    (tmp_path / "sitecustomize.py").write_text(ENDS)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DatasetError, match="prepares 'tf_flowers' has ended with code 9 before"):
        modelzoo.load_dataset("tfds/tf_flowers", data_dir=tmp_path)


def test_bars_are_shown_or_not_as_the_program_had_it(tmp_path, monkeypatch):
    """The switch of TensorFlow Datasets is for the whole program."""
    switched = []
    for name in ("disable_progress_bar", "enable_progress_bar", "display_progress_bar"):
        monkeypatch.setattr(tfds, name, lambda *_: switched.append(True))
    modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)
    assert not switched


def test_without_a_network_it_is_said_how_to_do_without(tmp_path, no_network):
    with pytest.raises(DownloadError) as raised:
        modelzoo.load_dataset("tfds/mnist", data_dir=tmp_path)
    message = str(raised.value)
    assert "'mnist/3.0.1' can't be downloaded" in message
    assert "`tfds build mnist --data_dir FOLDER`" in message
    assert "--data-dir FOLDER" in message
    assert "/train-images-idx3-ubyte.gz" in message
    assert f"into {tmp_path}/downloads/manual" in message
    assert not (tmp_path / "mnist").exists()


def test_the_command_of_a_configuration_names_it(tmp_path, no_network):
    with pytest.raises(DownloadError, match="`tfds build cifar10_1/v6 --data_dir FOLDER`"):
        modelzoo.load_dataset("tfds/cifar10_1/v6", data_dir=tmp_path)


def test_files_with_another_checksum_are_refused(tmp_path, no_network):
    """TensorFlow Datasets itself looks for them in the folder and hashes them."""
    manual = tmp_path / "downloads" / "manual"
    manual.mkdir(parents=True)
    for about in tfds.builder("mnist", data_dir=str(tmp_path)).url_infos.values():
        (manual / about.filename).write_bytes(b"something else")
    with pytest.raises(DownloadError, match=r"is not what .* expects: .*ubyte\.gz"):
        modelzoo.load_dataset("tfds/mnist", data_dir=tmp_path)


def test_what_has_to_be_downloaded_by_hand_has_its_instructions(tmp_path):
    said = (
        rf"Register at https://example.org and put pictures.tar .* is {tmp_path}/downloads/manual"
    )
    with pytest.raises(DatasetError, match=said):
        modelzoo.load_dataset("tfds/by_hand", data_dir=tmp_path)


def test_what_was_downloaded_by_hand_only_in_part_has_its_instructions(tmp_path):
    (tmp_path / "downloads" / "manual").mkdir(parents=True)
    (tmp_path / "downloads" / "manual" / "other.tar").touch()
    with pytest.raises(DatasetError, match=r"pictures.tar is missing.* Register at https://exampl"):
        modelzoo.load_dataset("tfds/by_hand", data_dir=tmp_path)
    (tmp_path / "downloads" / "manual" / "pictures.tar").touch()
    assert len(modelzoo.load_dataset("tfds/by_hand", data_dir=tmp_path).splits["train"]) == 8


def test_imagenet_has_to_be_downloaded_by_hand(tmp_path, no_network):
    with pytest.raises(DatasetError, match=r"ILSVRC2012_img_train\.tar.*downloads/manual"):
        modelzoo.load_dataset("tfds/imagenet2012", data_dir=tmp_path)


def test_code_that_fails_is_named_on_one_line(tmp_path):
    said = r"can't prepare 'failing/1.0.0': RuntimeError: .*the publisher has changed the files\.$"
    with pytest.raises(DatasetError, match=said):
        modelzoo.load_dataset("tfds/failing", data_dir=tmp_path)
    assert not (tmp_path / "failing" / "1.0.0").exists()


@pytest.mark.parametrize(
    ("error", "becomes", "said"),
    [
        (OSError(28, "No space left on device"), StorageError, "Free some space or choose anoth"),
        (OSError("Not enough disk space. Needed: 9 GiB"), StorageError, "Needed: 9 GiB.*Free so"),
        (PermissionError(13, "Permission denied"), StorageError, "Choose another folder: data_dir"),
        (ImportError("Use an older one"), DatasetError, "prepare .*ImportError: Use an older one"),
        (ConnectionResetError("reset by peer"), DownloadError, "reset by peer.*Try again with"),
    ],
)
def test_what_tensorflow_datasets_raises_is_explained(tmp_path, error, becomes, said):
    made = explained(error, tfds.builder("photos", data_dir=str(tmp_path)))
    assert type(made) is becomes
    assert re.search(said, str(made)), str(made)


def test_a_folder_that_can_not_be_written_is_named():
    with pytest.raises(StorageError, match="can't be prepared in /proc/modelzoo.*--data-dir PATH"):
        modelzoo.load_dataset("tfds/photos", data_dir="/proc/modelzoo")


def test_a_file_as_data_dir_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="file is a file, expected the folder where TensorFlow"):
        modelzoo.load_dataset("tfds/photos", data_dir=tmp_path / "file")


def test_an_unknown_set_has_those_that_are_like_it(tmp_path):
    with pytest.raises(UnknownNameError, match=r"has no set 'mnsit'.*Did you mean 'tfds/mnist'"):
        modelzoo.load_dataset("tfds/mnsit", data_dir=tmp_path)


def test_an_unknown_configuration_has_those_that_there_are(tmp_path):
    with pytest.raises(DatasetError, match=r"can't make the set 'coloured/rde': .*red"):
        modelzoo.load_dataset("tfds/coloured/rde", data_dir=tmp_path)


def test_an_unknown_version_has_those_that_there_are(tmp_path):
    with pytest.raises(DatasetError, match=r"'mnist:9.9.9': .*only: 3.0.1"):
        modelzoo.load_dataset("tfds/mnist/9.9.9", data_dir=tmp_path)


def test_a_version_that_is_prepared_is_named_without_a_network(data_dir, tmp_path, no_network):
    shutil.copytree(data_dir / "photos" / "1.0.0", tmp_path / "mnist" / "2.5.0")
    with pytest.raises(DownloadError, match="use what is prepared there: tfds/mnist/2.5.0"):
        modelzoo.load_dataset("tfds/mnist", data_dir=tmp_path)


def test_another_process_may_be_faster(data_dir, tmp_path, monkeypatch):
    example = sets.Photos.example

    def meanwhile(*arguments):
        there = tmp_path / "photos" / "1.0.0"
        if not there.exists():
            shutil.copytree(data_dir / "photos" / "1.0.0", there)
        return example(*arguments)

    monkeypatch.setattr(sets.Photos, "example", meanwhile)
    assert len(modelzoo.load_dataset("tfds/photos", data_dir=tmp_path).splits["train"]) == 24


def test_a_folder_that_is_not_whole_is_named(tmp_path):
    (tmp_path / "photos" / "1.0.0").mkdir(parents=True)
    with pytest.raises(DatasetError, match=rf"{tmp_path}/photos/1.0.0 is there and is not a whole"):
        modelzoo.load_dataset("tfds/photos", data_dir=tmp_path)


NO_CLASS = """
import sys
import modelzoo
try:
    modelzoo.load_dataset("tfds/coloured", data_dir=sys.argv[1])
except modelzoo.errors.DatasetError as error:
    print(error)
"""


def test_without_its_class_the_configurations_that_are_prepared_are_named(data_dir, tmp_path):
    copied = shutil.copytree(data_dir / "coloured", tmp_path / "coloured")
    shutil.rmtree(copied / ".config")  # which is the default one
    command = [sys.executable, "-c", NO_CLASS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "has blue-green, red. Name one: tfds/coloured/blue-green." in done.stdout, done.stderr


def test_errors_are_one_line_on_the_command_line(tmp_path, no_network):
    command = [sys.executable, "-m", "modelzoo", "train", "mobilenet_v1_mini", "tfds/mnist"]
    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2
    assert "can't be downloaded" in done.stderr
    assert "Traceback" not in done.stderr
