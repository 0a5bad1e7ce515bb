"""The conformance kit in pytest: each check a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import pytest

from modelzoo.registry import Entry, Kind, find_any, list_plugins
from modelzoo.registry.names import normalise_distribution
from modelzoo.testing.anything_checked import ANYTHING_CHECKED, reason_for_nothing
from modelzoo.testing.check import Check, Skipped, Subject, no_such_check, run_check
from modelzoo.testing.plugins import PLUGIN_CHECKS, PluginSubject
from modelzoo.testing.report import Outcome
from modelzoo.testing.suites import SPEC_CHECK_NAMES, checks_of, subject_of

__all__ = ["MARK", "bound_checks", "parametrize_with_checks"]

MARK = "modelzoo_checks"


def parametrize_with_checks(
    *names: str,
    kind: Kind | None = None,
    **inputs: Any,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make of a test one for each conformance check.

    The test has an argument ``check`` and calls it. A check that does not apply is a skipped
    test, and one that the spec expects to fail is an expected failure (strict). For each name there
    is one more, ``anything_checked``, which fails where nothing but specs can be checked.

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
            entries = [(entry, partial(subject_of, entry, **inputs)) for entry in plugin.entries]
            for entry, make in entries:
                yield from _of_entry(entry, make)
            if not plugin.is_empty:
                yield _anything_checked(plugin.title, entries)
        else:
            entry = find_any(name, kind)
            make = partial(subject_of, entry, **inputs)
            yield from _of_entry(entry, make)
            yield _anything_checked(make().title, [(entry, make)])


def _of_entry(entry: Entry[Any], make: Callable[[], Subject]) -> Iterator[Any]:
    subject = make()
    yield from _params(checks_of(entry.kind), subject.title, subject.expected_failures, make)


def _anything_checked(
    title: str, entries: Sequence[tuple[Entry[Any], Callable[[], Subject]]]
) -> Any:
    """A test that fails where nothing but specs can be checked of some things.

    It does not look at what became of the other tests, which may be left out or run elsewhere.
    """

    def run() -> None:
        outcomes: list[Outcome] = []
        # The last one first: its subject is still there.
        for entry, make in reversed(entries):
            for check in checks_of(entry.kind):
                if check.name in SPEC_CHECK_NAMES:
                    continue
                outcomes.append(run_check(check, _subject(make)))
                if outcomes[-1].status != "skipped":
                    return
        raise AssertionError(reason_for_nothing(title, outcomes))

    return pytest.param(run, id=_identity(title, ANYTHING_CHECKED))


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
        yield pytest.param(BoundCheck(check, make), id=_identity(title, check.name), marks=marks)


def _identity(title: str, check: str) -> str:
    return f"{title}-{check}".replace(" ", "-").replace("/", ".")
