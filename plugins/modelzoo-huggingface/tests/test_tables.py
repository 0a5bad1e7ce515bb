"""From names and folders to tables: splits, commits, and what can go wrong."""

import re
from types import MappingProxyType

import datasets
import pytest
from hub_state import ADA, BOB
from hub_state import HubError as Refusal
from modelzoo_huggingface.hub import HubError
from modelzoo_huggingface.tables import folder_builder, hub_builder, read_tables
from pets import CARD, pets, repository

from modelzoo.errors import DatasetError, OptionError

BY_NAME = MappingProxyType({})


def tables_of(repo, splits=BY_NAME, **options):
    builder, source = hub_builder(repo, **{"config": None, "revision": None, **options})
    return read_tables(builder, splits, dataset=f"hf/{repo}"), source


def lengths(repo, splits=BY_NAME, **options):
    return {name: len(each) for name, each in tables_of(repo, splits, **options)[0].items()}


def configured(splits):
    """A card that says which file is which split."""
    files = "\n".join(f"  - split: {name}\n    path: {name}.parquet" for name in splits)
    return f"---\nconfigs:\n- config_name: default\n  data_files:\n{files}\n---\n".encode()


def with_splits(hub, *splits):
    files = {f"{name}.parquet": pets(4, 100 * index) for index, name in enumerate(splits)}
    hub.put("dataset", "ada/split", {"README.md": configured(splits), **files})


@pytest.mark.parametrize("theirs", ["validation", "valid", "val", "dev"])
def test_validation_has_many_names(hub, theirs):
    with_splits(hub, "test", theirs, "train")
    assert list(lengths("ada/split")) == ["train", "val", "test"]


def test_splits_and_parts_of_them_can_be_named(hub):
    hub.put("dataset", "ada/pets", repository())
    splits = {"train": "train[:75%]", "val": "train[75%:]"}
    assert lengths("ada/pets", splits) == {"train": 6, "val": 2}


def test_other_splits_are_passed_over_with_a_warning(hub):
    with_splits(hub, "train", "extra")
    with pytest.warns(UserWarning, match=r"'extra' is passed over. .*train='NAME'"):
        assert lengths("ada/split") == {"train": 4}


def test_without_a_split_to_train_on_those_that_are_there_are_named(hub):
    with_splits(hub, "full", "some")
    with pytest.raises(DatasetError, match="has 'full', 'some', expected a split 'train'"):
        lengths("ada/split")
    assert lengths("ada/split", {"train": "full"}) == {"train": 4}


def test_two_splits_for_one_of_ours_are_an_error(hub):
    with_splits(hub, "train", "dev", "valid")
    with pytest.raises(DatasetError, match="two splits for 'val': 'dev' and 'valid'"):
        lengths("ada/split")


def test_splits_without_one_to_train_on_are_an_error(hub):
    hub.put("dataset", "ada/pets", repository())
    with pytest.raises(OptionError, match="told what is test, but not what to train on"):
        lengths("ada/pets", {"test": "test"})


def test_a_split_that_is_not_there_is_an_error_with_those_that_are(hub):
    hub.put("dataset", "ada/pets", repository())
    with pytest.raises(DatasetError, match=r"Unknown split .*\['train', 'test'\]"):
        lengths("ada/pets", {"train": "trian"})


def test_the_newest_commit_is_read_unless_one_is_named(hub):
    first = hub.put("dataset", "ada/pets", repository(train=8))
    second = hub.put("dataset", "ada/pets", repository(train=10))
    assert tables_of("ada/pets")[1] == f"ada/pets@{second}"
    assert lengths("ada/pets")["train"] == 10
    assert lengths("ada/pets", revision=first)["train"] == 8


def test_a_branch_can_be_named(hub):
    first = hub.put("dataset", "ada/pets", repository(train=8))
    hub.repos["dataset", "ada/pets"].branches["refs/convert/parquet"] = first
    hub.put("dataset", "ada/pets", repository(train=10))
    assert lengths("ada/pets", revision="refs/convert/parquet")["train"] == 8


def test_a_name_without_owner_is_read_where_it_has_moved_to(hub):
    commit = hub.put("dataset", "ada/pets", repository())
    hub.moved["pets"] = "ada/pets"
    assert tables_of("pets")[1] == f"ada/pets@{commit}"


def test_of_several_configurations_one_has_to_be_named(hub):
    card = b"---\nconfigs:\n- config_name: a\n  data_files: a.parquet\n- config_name: b\n"
    card += b"  data_files: b.parquet\n---\n"
    hub.put("dataset", "ada/both", {"README.md": card, "a.parquet": pets(2), "b.parquet": pets(3)})
    with pytest.raises(DatasetError, match=r"'hf/ada/both' .*\['a', 'b'\].* options are config"):
        tables_of("ada/both")
    assert lengths("ada/both", config="b") == {"train": 3}


def test_a_private_dataset_is_for_its_owner(hub, monkeypatch):
    hub.put("dataset", "ada/secret", repository(), private=True)
    with pytest.raises(
        HubError,
        match="no dataset repository 'ada/secret'.* private one log in with `hf auth login`",
    ):
        tables_of("ada/secret")
    monkeypatch.setenv("HF_TOKEN", ADA)
    assert lengths("ada/secret")["train"] == 8
    assert hub.told_tokens == {"127.0.0.1"}


@pytest.mark.parametrize("token", [None, BOB])
def test_a_gated_dataset_says_where_to_ask(hub, monkeypatch, token):
    hub.put("dataset", "ada/gated", repository(), gated=True)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError, match="gated dataset.* Log in with `hf auth login`") as raised:
        tables_of("ada/gated")
    assert str(token) not in str(raised.value)


def test_a_dataset_that_is_not_there_is_an_error(hub):
    with pytest.raises(HubError, match="no dataset repository 'ada/none' at http://127.0.0.1"):
        tables_of("ada/none")


def test_a_revision_that_is_not_there_is_an_error(hub):
    hub.put("dataset", "ada/pets", repository())
    with pytest.raises(HubError, match="'ada/pets' has no such revision"):
        tables_of("ada/pets", revision="v9")


def test_a_wrong_token_is_an_error_that_does_not_repeat_it(hub, monkeypatch):
    hub.put("dataset", "ada/pets", repository())
    monkeypatch.setenv("HF_TOKEN", "hf_stale")
    with pytest.raises(HubError, match="wants to know who you are.*Invalid credentials") as raised:
        tables_of("ada/pets")
    assert "hf_stale" not in str(raised.value)


def test_a_server_in_trouble_is_an_error(hub):
    hub.put("dataset", "ada/pets", repository())

    def refuse(method, path):
        if path.startswith("/api/datasets"):
            raise Refusal(403, "", "Blocked")

    hub.refused = refuse
    with pytest.raises(HubError, match="does not allow it .*: Blocked"):
        tables_of("ada/pets")


def test_code_of_a_dataset_is_not_run(hub, tmp_path):
    trace = tmp_path / "ran"
    script = f"open({str(trace)!r}, 'w')\n".encode()
    hub.put("dataset", "ada/script", {"script.py": script, "README.md": CARD})
    with pytest.raises(DatasetError, match="never run .*revision='refs/convert/parquet'"):
        tables_of("ada/script")
    assert not trace.exists()


def test_a_damaged_file_is_an_error(hub):
    whole = repository()
    name = "data/train-00000-of-00001.parquet"
    hub.put("dataset", "ada/damaged", {**whole, name: whole[name][:300]})
    with pytest.raises(DatasetError, match="'hf/ada/damaged' can't be read: .*a file is damaged"):
        tables_of("ada/damaged")


def test_a_repository_without_data_is_an_error(hub):
    hub.put("dataset", "ada/empty", {"README.md": CARD})
    with pytest.raises(DatasetError, match="'hf/ada/empty' can't be opened: .*any data files"):
        tables_of("ada/empty")


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_none_is_an_error(tmp_path, there):
    path = tmp_path / "train.parquet"
    if there:
        path.write_bytes(b"")
    expected = "is a file, expected a folder" if there else "is not there"
    with pytest.raises(DatasetError, match=f"{re.escape(str(path))} {expected}"):
        folder_builder(path, config=None)


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="any data files"):
        folder_builder(tmp_path, config=None)


def test_progress_bars_stay_out_of_files_and_are_back_afterwards(hub, capfd):
    hub.put("dataset", "ada/quiet", {"train.parquet": pets(5, 700)})
    capfd.readouterr()
    tables_of("ada/quiet")
    assert "%|" not in capfd.readouterr().err
    assert not datasets.utils.are_progress_bars_disabled()
