"""What comes from the Hub, and what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from hub_state import ADA, BOB, NOWHERE
from hub_state import HubError as Refusal
from modelzoo_huggingface import HubError, pull, push

import modelzoo
from modelzoo.errors import RunError, StorageError, WeightsError

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def pushed(hub, run, monkeypatch):
    """A model on the Hub, pushed by ada, who has left."""
    with monkeypatch.context() as patch:
        patch.setenv("HF_TOKEN", ADA)
        pushed = push(run, "ada/net")
    hub.requests.clear()
    return pushed


def altered(hub, name, **files):
    """A copy of the model on the Hub with other files; None leaves one out."""
    whole = hub.files("model", "ada/net") | {
        each.replace("__", "."): data for each, data in files.items()
    }
    hub.put("model", name, {each: data for each, data in whole.items() if data is not None})


def images():
    return np.random.default_rng(3).integers(0, 256, (5, 24, 24, 3), dtype=np.uint8)


def left(folder):
    return [each for each in Path(folder).rglob("*") if each.is_file()]


def contents(folder):
    return {each.name: each.read_bytes() for each in Path(folder).iterdir()}


def test_weights_of_the_hub_give_the_same_outputs(pushed, run):
    model = modelzoo.get(
        "mobilenet_v1_mini", task="binary", input_shape=(24, 24, 3), weights=pull("ada/net")
    )
    np.testing.assert_array_equal(
        model.predict(images(), verbose=0), run.model.predict(images(), verbose=0)
    )


def test_the_folder_is_a_run_that_predicts_the_same(pushed, run):
    there = modelzoo.Run(pull("ada/net"))
    assert (there.status, there.results, there.classes) == ("finished", run.results, run.classes)
    assert there.predict(images()) == run.predict(images())


def test_a_commit_is_downloaded_once(hub, pushed):
    folder = pull("ada/net")
    hub.requests.clear()
    assert pull("ada/net") == folder
    assert hub.requests == ["GET /api/models/ada/net"]


def test_a_commit_of_the_cache_is_copied_into_a_folder(hub, pushed, tmp_path):
    kept = pull("ada/net")
    hub.requests.clear()
    folder = pull("ada/net", folder=tmp_path / "net")
    assert contents(folder) == contents(kept)
    assert hub.requests == ["GET /api/models/ada/net"]


def test_a_commit_branch_or_nothing_can_be_named(hub, pushed):
    hub.put("model", "ada/net", {"README.md": b"# Another text\n"})
    hub.repos["model", "ada/net"].branches["v1/x"] = pushed.commit
    main, commit, branch = pull("ada/net"), pull("ada/net", pushed.commit), pull("ada/net", "v1/x")
    assert commit == branch != main
    assert (main / "README.md").read_text() == "# Another text\n"


def test_a_folder_can_be_chosen(pushed, tmp_path):
    folder = pull("ada/net", folder=tmp_path / "runs" / "net")
    assert folder == tmp_path / "runs" / "net"
    assert sorted(each.name for each in folder.iterdir()) == [
        "README.md",
        "run.json",
        "weights.json",
        "weights.safetensors",
    ]


def test_a_folder_with_something_in_it_is_left_alone(hub, pushed, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="there already and not an empty folder"):
        pull("ada/net", folder=tmp_path)
    assert hub.requests == []


def test_only_arrays_json_and_the_card_are_downloaded(hub, pushed):
    more = {"model.pkl": b"evil", "code.py": b"evil", "other.json": b"{}", "big.safetensors": b"x"}
    hub.put("model", "ada/net", more)
    hub.requests.clear()
    pull("ada/net")
    asked = {each.rpartition("/")[2] for each in hub.requests if "/resolve/" in each}
    assert asked == {"README.md", "run.json", "weights.json", "weights.safetensors"}


def test_weights_alone_are_enough(hub, pushed):
    altered(hub, "ada/bare", run__json=None, README__md=None)
    folder = pull("ada/bare")
    modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(24, 24, 3), weights=folder)


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:-1] + b"!"])
def test_weights_of_another_hash_are_refused_and_nothing_is_left(hub, pushed, cache, damage):
    altered(
        hub,
        "ada/bad",
        weights__safetensors=damage(hub.files("model", "ada/net")["weights.safetensors"]),
    )
    with pytest.raises(WeightsError, match=r"ada/bad@[0-9a-f]{8}/weights.safetensors .*SHA-256"):
        pull("ada/bad")
    assert left(cache) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"weights__safetensors": None}, "has no weights.safetensors, so it is no model"),
        ({"weights__json": None}, "weights.json can't be read"),
        ({"weights__json": b"{"}, "weights.json is damaged"),
        ({"weights__json": json.dumps({"format": 99, "sha256": ""}).encode()}, "has format 99"),
    ],
)
def test_what_is_no_model_of_ours_is_refused_and_nothing_is_left(hub, pushed, cache, files, said):
    altered(hub, "ada/bad", **files)
    with pytest.raises(WeightsError, match=f"ada/bad@[0-9a-f]{{8}}.*{said}"):
        pull("ada/bad")
    assert left(cache) == []


def test_a_download_that_breaks_off_is_an_error_and_nothing_is_left(hub, pushed, cache):
    def refuse(method, path):
        if path.startswith("/objects/"):
            raise Refusal(400, "", "Gone")

    hub.refused = refuse
    with pytest.raises(HubError, match="status 400 .*Gone"):
        pull("ada/net")
    assert left(cache) == []


@pytest.mark.parametrize("what", ["connection", "file"])
def test_what_ends_early_is_an_error_and_nothing_is_left(hub, pushed, cache, what):
    hub.cut_short = what
    with pytest.raises(HubError):
        pull("ada/net")
    assert left(cache) == []


def test_where_nothing_can_be_written_another_folder_is_advised(pushed, cache):
    cache.parent.joinpath("cache").write_text("in the way")
    with pytest.raises(StorageError, match="can't be written"):
        pull("ada/net")


def test_a_hub_in_trouble_is_one_that_can_not_be_reached(hub, pushed):
    folder = pull("ada/net")

    def refuse(method, path):
        raise Refusal(500, "", "Out of order")

    hub.refused = refuse
    with pytest.warns(UserWarning, match="taken as it was the last time"):
        assert pull("ada/net") == folder


def test_a_damaged_copy_is_downloaded_anew(pushed):
    folder = pull("ada/net")
    (folder / "weights.safetensors").write_bytes(b"")
    assert (pull("ada/net") / "weights.safetensors").stat().st_size > 0


def test_a_damaged_copy_is_not_copied(pushed, tmp_path):
    (pull("ada/net") / "weights.safetensors").write_bytes(b"")
    folder = pull("ada/net", folder=tmp_path / "net")
    assert (folder / "weights.safetensors").stat().st_size > 0


def test_a_private_model_is_for_its_owner(hub, pushed, monkeypatch):
    hub.repos["model", "ada/net"].private = True
    with pytest.raises(HubError, match="no model repository 'ada/net' .* or it is private"):
        pull("ada/net")
    monkeypatch.setenv("HF_TOKEN", ADA)
    pull("ada/net")
    assert hub.told_tokens == {"127.0.0.1"}


@pytest.mark.parametrize("token", [None, BOB])
def test_a_gated_model_says_where_to_ask(hub, pushed, monkeypatch, token):
    hub.repos["model", "ada/net"].gated = True
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError, match="'ada/net' is gated: ask for access at http.*/ada/net"):
        pull("ada/net")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ada/none", "There is no model repository 'ada/none'"),
        ("../secrets", "'../secrets' is no name of a repository"),
        ("ada/../../secrets", "is no name of a repository"),
    ],
)
def test_a_repository_that_is_not_there_is_an_error(hub, cache, name, said):
    with pytest.raises(HubError, match=said):
        pull(name)
    assert left(cache) == []


def test_a_revision_that_is_not_there_is_an_error(pushed):
    with pytest.raises(HubError, match="has no such revision"):
        pull("ada/net", "v9")


def elsewhere(**variables):
    """The last line of pulling in a process of its own."""
    code = "from modelzoo_huggingface import pull; print(pull('ada/net'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )
    return (done.stdout or done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("variables", [{"HF_ENDPOINT": NOWHERE}, {"HF_HUB_OFFLINE": "1"}])
def test_without_a_network_what_was_pulled_last_is_found(pushed, variables):
    folder = pull("ada/net")
    assert elsewhere(**variables) == str(folder)


def test_a_copy_that_may_be_old_is_told_to_be_one(pushed, monkeypatch):
    pull("ada/net")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.warns(UserWarning, match="ada/net is taken as it was the last time, at commit"):
        pull("ada/net")


def test_without_a_network_a_commit_of_the_cache_is_copied_into_a_folder(
    pushed, monkeypatch, tmp_path
):
    kept = pull("ada/net")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.warns(UserWarning, match="ada/net is taken as it was the last time"):
        folder = pull("ada/net", folder=tmp_path / "net")
    assert contents(folder) == contents(kept)


def test_without_a_network_a_commit_that_is_known_and_not_here_is_an_error_at_once(
    pushed, cache, monkeypatch, tmp_path
):
    pull("ada/net", folder=tmp_path / "first")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match="can't be reached, and commit [0-9a-f]{8} of ada/net"):
        pull("ada/net", folder=tmp_path / "second")
    assert left(cache) == []


def test_without_a_network_what_is_not_there_is_an_error(cache, tmp_path):
    said = elsewhere(HF_ENDPOINT=NOWHERE, HF_HOME=str(tmp_path / "home"))
    assert "HubError: http://127.0.0.1:9 can't be reached for the model repository" in said
    assert left(cache) == []
