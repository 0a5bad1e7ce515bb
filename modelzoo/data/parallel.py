"""Work done ahead by threads, with results in order and in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["map_ahead"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def map_ahead(
    function: Callable[[_Item], _Result], items: Iterable[_Item], *, threads: int, ahead: int
) -> Iterator[_Result]:
    """What a function makes of each item, in order.

    ``ThreadPoolExecutor.map`` takes all items at once, and holds all results that nobody has
    asked for yet; here so many at most are under way or wait.

    Args:
        function: Called from the threads; its error is raised where its result would be.
        items: What to call it with.
        threads: How many threads there are.
        ahead: How many items are under way or done before their results are asked for.

    Yields:
        The results.

    Example:
        >>> list(map_ahead(str, range(4), threads=2, ahead=2))
        ['0', '1', '2', '3']
    """
    pool = ThreadPoolExecutor(threads)
    try:
        waiting: deque[Future[_Result]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
