import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.benchmarking.timing import Timing, time_calls, time_repeated

TIMES = st.lists(st.floats(0, 100), min_size=1, max_size=60)


@given(TIMES, st.integers(1, 99))
def test_percentiles_are_those_of_numpy(times, percent):
    found = Timing(tuple(times), len(times)).percentile(percent)
    assert found == pytest.approx(np.percentile(times, percent), abs=1e-9)


@given(TIMES)
def test_the_median_is_that_of_numpy(times):
    assert Timing(tuple(times), len(times)).median == pytest.approx(np.median(times))


@given(st.integers(1, 100))
def test_after_two_calls_to_warm_up_it_is_done_as_often_as_asked_for(count):
    sizes = []
    timing = time_repeated(sizes.append, seconds=0.0, count=count)
    assert sizes[:2] == [1, 1]
    assert sum(sizes[2:]) == timing.count == count
    assert len(timing.seconds) == len(sizes[2:]) == min(20, count)


def test_what_takes_long_is_done_three_times():
    sizes = []

    def run(n):
        sizes.append(n)
        time.sleep(0.002 * n)

    assert time_repeated(run, seconds=0.001).count == 3
    assert sizes == [1, 1, 1, 1, 1]


def test_the_time_is_that_of_one_repetition():
    timing = time_repeated(lambda n: time.sleep(0.002 * n), seconds=1.0, count=60)
    assert timing.median >= 0.002


def test_calls_are_timed_one_by_one():
    calls = []
    timing = time_calls(lambda: calls.append(None), seconds=0.0)
    assert timing.count == len(timing.seconds) == 20
    assert len(calls) == 25
