import json

import numpy as np
import pytest

from modelzoo.errors import CheckpointError
from modelzoo.training.checkpoint import (
    Checkpoint,
    latest_checkpoint,
    read_checkpoint,
    write_checkpoint,
)


def checkpoint(epoch=1, step=0):
    tensors = {"model": {"a/kernel": np.arange(6.0).reshape(2, 3)}, "callbacks": {}}
    return Checkpoint(
        epoch=epoch,
        step=step,
        fingerprint="f",
        history=[{"epoch": 1, "loss": 0.1}],
        callbacks=[{"class": "C", "attributes": {"best": float("inf")}}],
        stopped=True,
        seconds=1.5,
        versions={"keras": "3"},
        tensors=tensors,
    )


def test_what_was_written_is_read(tmp_path):
    read = read_checkpoint(write_checkpoint(tmp_path, checkpoint()))
    written = checkpoint()
    for name in ("epoch", "step", "fingerprint", "history", "callbacks", "stopped", "versions"):
        assert getattr(read, name) == getattr(written, name)
    assert np.array_equal(read.tensors["model"]["a/kernel"], np.arange(6.0).reshape(2, 3))


def test_the_two_newest_are_kept_by_number_not_by_text(tmp_path):
    for epoch, step in [(9, 0), (9999, 5), (10000, 0), (10000, 1000000)]:
        write_checkpoint(tmp_path, checkpoint(epoch, step))
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "epoch-10000-step-000000",
        "epoch-10000-step-1000000",
    ]
    assert latest_checkpoint(tmp_path).name == "epoch-10000-step-1000000"


def test_a_half_written_one_is_not_found(tmp_path):
    write_checkpoint(tmp_path, checkpoint(1))
    (tmp_path / ".epoch-0002-step-000000.1234.tmp").mkdir()
    assert latest_checkpoint(tmp_path).name == "epoch-0001-step-000000"


def test_no_checkpoint_says_so(tmp_path):
    with pytest.raises(CheckpointError, match="has no checkpoint, so there is nothing to resume"):
        latest_checkpoint(tmp_path)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: (path / "model.safetensors").unlink(),
        lambda path: (path / "state.json").unlink(),
        lambda path: (path / "state.json").write_text("{"),
        lambda path: (path / "state.json").write_text("[]"),
        lambda path: (path / "state.json").write_text('{"format": 1}'),
        lambda path: (path / "model.safetensors").write_bytes(
            (path / "model.safetensors").read_bytes()[:-5]
        ),
        lambda path: (path / "model.safetensors").write_bytes(
            (path / "model.safetensors").read_bytes()[:-1] + b"\x01"
        ),
    ],
    ids=["no tensors", "no state", "no json", "a list", "empty", "truncated", "altered"],
)
def test_a_damaged_one_is_named(tmp_path, harm):
    path = write_checkpoint(tmp_path, checkpoint())
    harm(path)
    with pytest.raises(CheckpointError, match=rf"Checkpoint {path} is damaged .* Delete this"):
        read_checkpoint(path)


def test_another_format_is_refused(tmp_path):
    path = write_checkpoint(tmp_path, checkpoint())
    state = json.loads((path / "state.json").read_text())
    (path / "state.json").write_text(json.dumps({**state, "format": 99}))
    with pytest.raises(CheckpointError, match="has format 99, this version reads 1"):
        read_checkpoint(path)
