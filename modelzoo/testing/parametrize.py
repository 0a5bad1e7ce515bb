"""The conformance kit in pytest: each check a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import pytest

from modelzoo.registry import Entry, Kind, find_any, list_plugins
from modelzoo.registry.names import normalise_distribution
from modelzoo.testing.check import Check, Skipped, Subject, no_such_check
from modelzoo.testing.plugins import PLUGIN_CHECKS, PluginSubject
from modelzoo.testing.suites import checks_of, subject_of

__all__ = ["MARK", "bound_checks", "parametrize_with_checks"]

MARK = "modelzoo_checks"


def parametrize_with_checks(
    *names: str,
    kind: Kind | None = None,
    **inputs: Any,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make of a test one for each conformance check.

    The test has an argument ``check`` and calls it. A check that does not apply is a skipped
    test, and one that the spec expects to fail is an expected failure (strict).

    Args:
        *names: Names of models, datasets, tasks, recipes and exporters, or of installed
            distributions, whose plugins are checked with all that they register.
        kind: The kind that the names are of; default: the one that has them.
        **inputs: For datasets ``data_dir``, ``options`` and ``download`` of
            :func:`modelzoo.testing.check_dataset`.

    Example:
        ::

            from modelzoo.testing import parametrize_with_checks


            @parametrize_with_checks("modelzoo-acme")
            def test_conformance(check):
                check()
    """
    mark: Callable[[Callable[..., None]], Callable[..., None]] = getattr(pytest.mark, MARK)(
        names, kind, inputs
    )
    return mark


class BoundCheck:
    """A check and what it is called with, as a test calls it.

    Args:
        check: The check.
        make: Makes the subject; called by the first of its checks that is run.
    """

    def __init__(self, check: Check, make: Callable[[], Subject]) -> None:
        self.check = check
        self._make = make

    def __call__(self) -> None:
        """Run the check; its reason is pytest's where it does not apply."""
        try:
            self.check.run(_subject(self._make))
        except Skipped as skipped:
            pytest.skip(str(skipped))


# One at a time: a large model is forgotten when the checks of the next one begin.
@lru_cache(maxsize=1)
def _subject(make: Callable[[], Subject]) -> Subject:
    return make()


def bound_checks(
    names: tuple[str, ...], kind: Kind | None, inputs: Mapping[str, Any]
) -> Iterator[Any]:
    """The parameters of a test that is marked: a ``pytest.param`` for each check.

    Raises:
        UnknownNameError: Nothing has one of the names.
    """
    for name in names:
        distributions = {each.distribution for each in list_plugins()}
        if kind is None and normalise_distribution(name) in distributions:
            plugin = PluginSubject(name)
            yield from _params(PLUGIN_CHECKS, plugin.title, {}, partial(PluginSubject, name))
            for entry in plugin.entries:
                yield from _of_entry(entry, inputs)
        else:
            yield from _of_entry(find_any(name, kind), inputs)


def _of_entry(entry: Entry[Any], inputs: Mapping[str, Any]) -> Iterator[Any]:
    subject = subject_of(entry, **inputs)
    yield from _params(
        checks_of(entry.kind),
        subject.title,
        subject.expected_failures,
        partial(subject_of, entry, **inputs),
    )


def as_check_of_none(name: str, known: Sequence[str]) -> Check:
    """A check that fails, in place of one that a spec expects to fail and that does not exist."""

    def run(_: Subject) -> None:
        raise AssertionError(no_such_check(known))

    return Check(name=name, summary="There is such a check", run=run)


def _params(
    checks: Any, title: str, expected: Mapping[str, str], make: Callable[[], Subject]
) -> Iterator[Any]:
    known = [check.name for check in checks]
    unknown = [as_check_of_none(name, known) for name in expected if name not in known]
    for check in (*checks, *unknown):
        marks = []
        if check.name in expected and check.name in known:
            marks.append(pytest.mark.xfail(reason=expected[check.name], strict=True))
        identity = f"{title}-{check.name}".replace(" ", "-").replace("/", ".")
        yield pytest.param(BoundCheck(check, make), id=identity, marks=marks)
