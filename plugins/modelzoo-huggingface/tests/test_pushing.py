"""What arrives on the Hub, and what does not."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hub_state import ADA, BOB
from hub_state import HubError as Refusal
from modelzoo_huggingface import HubError, push
from modelzoo_huggingface.files import FILES

from modelzoo.errors import RunError, WeightsError

NAME = ("model", "ada/net")


@pytest.fixture
def copied(run, tmp_path):
    """The folder of a copy of the run, to be changed."""
    return Path(shutil.copytree(run.folder, tmp_path / "copy"))


def test_the_files_are_on_the_hub_in_one_commit(hub, ada, run):
    pushed = push(run, "ada/net")
    files = hub.files(*NAME, revision=pushed.commit)
    assert set(files) == {".gitattributes", *FILES}
    for name in ("weights.safetensors", "weights.json"):
        assert files[name] == (run.folder / name).read_bytes()
    assert len([each for each in hub.requests if "/commit/" in each]) == 1


def test_the_page_of_the_commit_is_told(hub, ada, run):
    pushed = push(run, "ada/net")
    assert pushed.url.endswith(f"/ada/net/tree/{hub.repos[NAME].branches['main']}")


def test_a_folder_is_pushed_like_its_run(hub, ada, run):
    push(str(run.folder), "ada/net")
    assert "weights.safetensors" in hub.files(*NAME)


def test_nothing_is_said_of_this_computer(hub, ada, run, copied):
    info = json.loads((copied / "run.json").read_text())
    info |= {"data_dir": "/home/ada/photos", "weights": "/home/ada/runs/first"}
    (copied / "run.json").write_text(json.dumps(info))
    push(copied, "ada/net")
    texts = {name: data for name, data in hub.files(*NAME).items() if "safetensors" not in name}
    files = {name: data.decode() for name, data in texts.items()}
    private = ("/home", str(run.folder.parent), info["process"]["host"], ADA)
    assert [(name, each) for name, data in files.items() for each in private if each in data] == []
    assert json.loads(files["run.json"])["weights"] == "first"


def test_all_else_that_the_run_says_is_pushed(hub, ada, run):
    push(run, "ada/net")
    said = json.loads(hub.files(*NAME)["run.json"])
    assert {**run.info, **said} == {**run.info, "data_dir": None}
    assert set(run.info) - set(said) == {"process"}


@pytest.mark.parametrize("private", [None, True, False])
def test_a_new_repository_is_private_where_that_is_said(hub, ada, run, private):
    push(run, "ada/net", private=private)
    assert hub.repos[NAME].private == bool(private)


def test_a_branch_is_made_and_the_main_one_stays_as_it_is(hub, ada, run):
    push(run, "ada/net")
    before = hub.repos[NAME].branches["main"]
    push(run, "ada/net", revision="with/licence", licence="mit")
    assert hub.repos[NAME].branches["main"] == before
    assert b"license: mit" in hub.files(*NAME, revision="with/licence")["README.md"]


def test_pushed_again_it_replaces_what_is_there(hub, ada, run):
    first = push(run, "ada/net")
    second = push(run, "ada/net", licence="mit")
    assert second.commit != first.commit
    assert b"license: mit" in hub.files(*NAME)["README.md"]


def test_pushed_again_without_a_change_it_is_the_same_commit(hub, ada, run):
    assert push(run, "ada/net").commit == push(run, "ada/net").commit


def test_the_token_goes_to_the_hub_alone(hub, ada, run):
    push(run, "ada/net")
    assert hub.told_tokens == {"127.0.0.1"}


def test_the_token_of_a_login_is_used(hub, run, monkeypatch, tmp_path):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text(ADA)
    push(run, "ada/net")
    assert NAME in hub.repos


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "wants to know who you are .* log in with `hf auth login`, or set HF_TOKEN"),
        ("hf_stale", "wants to know who you are .*: Invalid credentials"),
        (BOB, "does not allow it .*: You don't have the rights .* under ada"),
    ],
)
def test_who_may_not_push_is_told_so_and_not_his_token(hub, run, monkeypatch, token, said):
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError, match=said) as raised:
        push(run, "ada/net")
    assert hub.repos == {}
    assert str(token) not in str(raised.value)


def test_another_s_repository_is_not_written(hub, ada, run, monkeypatch):
    push(run, "ada/net")
    commits = dict(hub.repos[NAME].commits)
    monkeypatch.setenv("HF_TOKEN", BOB)
    with pytest.raises(HubError, match="does not allow it"):
        push(run, "ada/net", licence="mit")
    assert hub.repos[NAME].commits == commits


@pytest.mark.parametrize("name", ["ada/a/b", "ada/..", "ada/a--b", "ada/ä"])
def test_a_name_that_is_none_is_an_error(hub, ada, run, name):
    with pytest.raises(HubError, match=re.escape(f"{name!r} is no name of a repository")):
        push(run, name)


@pytest.mark.parametrize("part", ["/objects/", "/commit/"])
def test_an_upload_that_breaks_off_leaves_no_commit(hub, ada, run, part):
    def refuse(method, path):
        if part in path:
            raise Refusal(400, "", "Out of order")

    hub.refused = refuse
    with pytest.raises(HubError, match="400.*Out of order"):
        push(run, "ada/net")
    assert set(hub.files(*NAME)) == {".gitattributes"}


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_run_that_has_not_finished_is_an_error(hub, ada, copied, status):
    info = json.loads((copied / "run.json").read_text())
    (copied / "run.json").write_text(json.dumps({**info, "status": status, "process": {}}))
    with pytest.raises(RunError, match=f"is {status}: only a finished one .* --resume"):
        push(copied, "ada/net")
    assert hub.requests == []


def test_damaged_weights_are_an_error(hub, ada, copied):
    data = (copied / "weights.safetensors").read_bytes()
    (copied / "weights.safetensors").write_bytes(data[:-1])
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        push(copied, "ada/net")
    assert hub.requests == []


def test_a_folder_that_is_no_run_is_an_error(hub, ada, tmp_path):
    with pytest.raises(RunError, match="is not a run"):
        push(tmp_path, "ada/net")
