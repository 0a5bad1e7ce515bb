import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.data.parallel import map_ahead


@given(st.lists(st.integers()), st.integers(1, 4), st.integers(0, 8))
def test_results_are_those_of_map(items, threads, ahead):
    assert list(map_ahead(str, items, threads=threads, ahead=ahead)) == list(map(str, items))


def test_no_more_is_begun_than_was_allowed():
    begun = []
    results = map_ahead(begun.append, range(100), threads=2, ahead=3)
    next(results)
    next(results)
    time.sleep(0.1)
    assert len(begun) <= 2 + 3


def test_an_error_comes_where_its_result_would():
    results = map_ahead(lambda x: 1 / x, [1, 0, 1], threads=2, ahead=5)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_nothing_goes_on_when_nobody_asks_for_more():
    before = threading.active_count()
    results = map_ahead(str, range(100), threads=4, ahead=8)
    next(results)
    results.close()
    assert threading.active_count() == before
