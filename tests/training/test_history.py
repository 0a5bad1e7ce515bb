import pytest

from modelzoo.errors import RunError
from modelzoo.training.history import read_history, write_history


def test_what_was_written_is_read_to_the_bit(tmp_path):
    rows = [{"epoch": 1, "loss": 0.1 + 0.2, "val_loss": 1e-300}, {"epoch": 2, "loss": 1 / 3}]
    write_history(tmp_path / "history.csv", rows)
    assert read_history(tmp_path / "history.csv") == rows


def test_no_file_is_no_rows(tmp_path):
    assert read_history(tmp_path / "history.csv") == []


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,loss\n1,much\n")
    with pytest.raises(RunError, match=r"history\.csv is damaged: could not convert"):
        read_history(path)
