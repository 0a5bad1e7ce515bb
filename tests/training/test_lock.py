import errno

import pytest

from modelzoo.errors import RunError
from modelzoo.training.lock import held_run


def test_a_folder_is_held_by_one_at_a_time(tmp_path):
    with (
        held_run(tmp_path),
        pytest.raises(RunError, match=f"{tmp_path} is being trained in right now"),
        held_run(tmp_path),
    ):
        pass
    with held_run(tmp_path) as again:
        assert again == tmp_path


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EBADF])
def test_where_a_file_system_has_no_locks_nobody_is_kept_out(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, "as a network's file system may")

    monkeypatch.setattr("fcntl.flock", refuse)
    with held_run(tmp_path), held_run(tmp_path) as second:
        assert second == tmp_path
