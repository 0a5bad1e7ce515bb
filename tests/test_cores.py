"""How many cores a process may use."""

import os

import pytest

from modelzoo.cores import usable_cores


@pytest.fixture
def eight_cores(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("5000 100000\n", 1),
        ("1200000 100000\n", 8),
        ("max 100000\n", 8),
    ],
)
def test_a_container_s_share_of_the_time_counts(monkeypatch, tmp_path, eight_cores, quota, cores):
    (tmp_path / "cpu.max").write_text(quota)
    monkeypatch.setattr("modelzoo.cores._CGROUP_QUOTA", tmp_path / "cpu.max")
    assert usable_cores() == cores


def test_without_a_container_all_cores_count(monkeypatch, tmp_path, eight_cores):
    monkeypatch.setattr("modelzoo.cores._CGROUP_QUOTA", tmp_path / "none")
    assert usable_cores() == 8


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_cores_that_the_process_may_not_use_do_not_count():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
