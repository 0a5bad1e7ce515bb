"""The datasets as trainings get them: bytes, labels, order, and the cache."""

import os
import re
import subprocess
import sys

import datasets
import numpy as np
import pytest
from hub_state import NOWHERE
from pets import CLASSES, images, parquet, pets, png, repository

from modelzoo.data import load_dataset
from modelzoo.errors import DatasetError, IncompatibleError, LabelError, OptionError

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def folder(tmp_path):
    """A local copy of a dataset's repository."""
    folder = tmp_path / "copy"
    for name, data in repository().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_files_are_those_that_were_encoded_in_their_order(hub):
    hub.put("dataset", "ada/pets", repository(train=8, test=4))
    splits = load_dataset("hf/ada/pets").splits
    assert [each.read_bytes() for each in splits["train"].paths] == [png(n) for n in range(8)]
    assert [each.read_bytes() for each in splits["test"].paths] == [png(1000 + n) for n in range(4)]


def test_labels_and_classes_are_those_of_the_class_label(hub):
    hub.put("dataset", "ada/pets", repository(train=8))
    dataset = load_dataset("hf/ada/pets")
    assert dataset.classes == CLASSES
    assert dataset.splits["train"].labels.tolist() == [0, 1] * 4


def test_several_files_are_one_split_in_the_order_of_their_names(hub):
    shards = {f"data/train-0000{each}-of-00003.parquet": pets(2, 10 * each) for each in (2, 0, 1)}
    hub.put("dataset", "ada/shards", shards)
    paths = load_dataset("hf/ada/shards").splits["train"].paths
    expected = [png(seed) for seed in (0, 1, 10, 11, 20, 21)]
    assert [each.read_bytes() for each in paths] == expected


def test_a_folder_is_the_same_dataset_and_the_hub_is_not_asked(hub, folder):
    hub.put("dataset", "ada/pets", repository())
    from_hub = load_dataset("hf/ada/pets").fingerprint
    hub.requests.clear()
    assert load_dataset("hf/ada/pets", data_dir=folder).fingerprint == from_hub
    assert hub.requests == []


def test_a_changed_folder_is_noticed(folder):
    before = load_dataset("hf/ada/pets", data_dir=folder)
    (folder / "data" / "train-00000-of-00001.parquet").write_bytes(pets(6, 300))
    after = load_dataset("hf/ada/pets", data_dir=folder)
    assert (len(before.splits["train"]), len(after.splits["train"])) == (8, 6)
    assert before.fingerprint != after.fingerprint


def test_a_changed_dataset_is_noticed(hub):
    hub.put("dataset", "ada/pets", repository())
    before = load_dataset("hf/ada/pets").fingerprint
    files = {"data/train-00000-of-00001.parquet": pets(8, 300)}
    hub.put("dataset", "ada/pets", files)
    assert load_dataset("hf/ada/pets").fingerprint != before


def test_the_second_time_nothing_is_downloaded(hub):
    hub.put("dataset", "ada/pets", repository())
    load_dataset("hf/ada/pets")
    hub.requests.clear()
    load_dataset("hf/ada/pets")
    assert [each for each in hub.requests if each.startswith("GET") and "parquet" in each] == []


def test_images_that_are_files_are_read(tmp_path):
    for split in ("train", "test"):
        for index, name in enumerate(("ant", "bee")):
            (tmp_path / split / name).mkdir(parents=True)
            for each in range(2):
                data = png(100 * (split == "test") + 10 * index + each)
                (tmp_path / split / name / f"{each}.png").write_bytes(data)
    dataset = load_dataset("hf/my/photos", data_dir=tmp_path)
    assert dataset.classes == ("ant", "bee")
    found = [each.read_bytes() for each in dataset.splits["train"].paths]
    assert found == [png(seed) for seed in (0, 1, 10, 11)]


def put(hub, feature, values, **more):
    """A dataset with one column of labels."""
    features = {"image": datasets.Image(), "label": feature}
    table = parquet(features, image=images(len(values)), label=values)
    hub.put("dataset", "ada/other", {"train.parquet": table, **more})


def test_several_classes_per_image_are_zeros_and_ones(hub):
    put(hub, datasets.List(datasets.ClassLabel(names=["red", "round"])), [[0], [0, 1], []])
    dataset = load_dataset("hf/ada/other", task="multilabel")
    assert dataset.classes == ("red", "round")
    assert dataset.splits["train"].labels.tolist() == [[1, 0], [1, 1], [0, 0]]


def test_numbers_are_values(hub):
    put(hub, datasets.Value("float32"), [0.25, -3.0])
    dataset = load_dataset("hf/ada/other", task="regression")
    assert dataset.classes == ("label",)
    np.testing.assert_array_equal(dataset.splits["train"].labels, np.float32([0.25, -3.0]))


def test_labels_of_another_kind_do_not_fit(hub):
    put(hub, datasets.Value("float32"), [0.25, -3.0])
    with pytest.raises(IncompatibleError, match="'hf/ada/other' has no labels for task 'multi"):
        load_dataset("hf/ada/other")


def test_a_split_without_labels_is_left_out_with_a_warning(hub):
    pet = datasets.ClassLabel(names=list(CLASSES))
    features = {"image": datasets.Image(), "label": pet}
    secret = parquet(features, image=images(3, 50), label=[-1, -1, -1])
    put(hub, pet, [0, 1], **{"test.parquet": secret})
    with pytest.warns(UserWarning, match="no labels for 'test', which is left out"):
        assert list(load_dataset("hf/ada/other").splits) == ["train"]


def test_a_training_split_without_labels_is_an_error(hub):
    put(hub, datasets.ClassLabel(names=list(CLASSES)), [-1, -1])
    with pytest.raises(DatasetError, match="training split of .* has no labels"):
        load_dataset("hf/ada/other")


def test_a_missing_label_is_told_with_its_place(hub):
    put(hub, datasets.ClassLabel(names=list(CLASSES)), [0, None, 1])
    with pytest.raises(LabelError, match="Label -1 of image 1"):
        load_dataset("hf/ada/other")


def test_a_row_without_an_image_is_an_error_and_nothing_is_kept(hub, cache):
    features = {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(CLASSES))}
    table = parquet(features, image=[*images(1), None], label=[0, 1])
    hub.put("dataset", "ada/gap", {"train.parquet": table})
    with pytest.raises(DatasetError, match="Row 1 has no image in column 'image'"):
        load_dataset("hf/ada/gap")
    assert [each for each in cache.rglob("*") if each.is_file() and each.suffix != ".lock"] == []


def test_a_revision_of_a_folder_is_an_error(folder):
    with pytest.raises(OptionError, match="data_dir names a folder"):
        load_dataset("hf/ada/pets", data_dir=folder, revision="v1")


LOAD = "from modelzoo.data import load_dataset; print(load_dataset({!r}).fingerprint)"


def elsewhere(name, **variables):
    """What loading a dataset prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD.format(name)],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )
    return (done.stdout or done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("variables", [{"HF_ENDPOINT": NOWHERE}, {"HF_HUB_OFFLINE": "1"}])
def test_without_a_network_what_was_loaded_last_is_loaded(hub, variables):
    hub.put("dataset", "ada/kept", repository())
    fingerprint = load_dataset("hf/ada/kept").fingerprint
    assert elsewhere("hf/ada/kept", **variables) == fingerprint


@pytest.mark.parametrize("variables", [{"HF_ENDPOINT": NOWHERE}, {"HF_HUB_OFFLINE": "1"}])
def test_without_a_network_a_name_without_owner_is_what_it_was_last_time(hub, variables):
    hub.put("dataset", "ada/old", repository())
    hub.moved["old"] = "ada/old"
    fingerprint = load_dataset("hf/old").fingerprint
    assert elsewhere("hf/old", **variables) == fingerprint


def test_without_a_network_another_commit_is_not_taken_for_the_one_that_is_wanted(hub):
    hub.put("dataset", "ada/two", repository())
    load_dataset("hf/ada/two")
    from huggingface_hub import resolve_revision

    hub.put("dataset", "ada/two", {"data/train-00000-of-00001.parquet": pets(8, 300)})
    resolve_revision("ada/two", repo_type="dataset")  # known, and not downloaded
    said = elsewhere("hf/ada/two", HF_ENDPOINT=NOWHERE)
    assert "HubError: http://127.0.0.1:9 can't be reached, and of dataset 'hf/ada/two' only" in said


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HF_ENDPOINT": NOWHERE}, "http://127.0.0.1:9 can't be reached .* Try again"),
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"),
    ],
)
@pytest.mark.parametrize("name", ["hf/ada/never", "hf/never"])
def test_without_a_network_what_is_not_there_is_an_error(name, variables, expected):
    assert re.search(f"HubError: .*{expected}", elsewhere(name, **variables))
