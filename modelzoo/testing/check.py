"""A check, and running it so that whatever it does becomes an outcome."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from modelzoo.testing.report import Outcome, Report, Status

__all__ = ["Check", "Skipped", "Subject", "as_checks", "run_check", "run_checks", "skip"]


class Subject(Protocol):
    """What checks are called with: a spec and what it takes to use it."""

    @property
    def title(self) -> str:
        """What the report calls it, such as ``"model acme_net"``."""

    @property
    def expected_failures(self) -> Mapping[str, str]:
        """For the name of a check that can't pass, the reason; mostly the spec's own."""


class Skipped(Exception):  # noqa: N818 - no error
    """A check that does not apply; its message is the reason."""


def skip(reason: str) -> NoReturn:
    """End a check that does not apply to what is checked.

    Args:
        reason: Why, in one line.

    Raises:
        Skipped: Always.
    """
    raise Skipped(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to be true of a model, a dataset, a task, a recipe or an exporter.

    Attributes:
        name: Lower-case snake case; what ``expected_failures`` of a spec and reports call it.
        summary: One line: what is true where it passes.
        run: Called with the subject; raises where it is not true, best an ``AssertionError`` that
            says what was found, what was expected and what to change; calls :func:`skip` where
            the check does not apply.
    """

    name: str
    summary: str
    run: Callable[[Any], None]


def as_checks(*functions: Callable[[Any], None]) -> tuple[Check, ...]:
    """Checks that are named like functions, and summarised by their docstrings' first lines.

    Args:
        *functions: Each is called with the subject.

    Example:
        >>> def licence(subject):
        ...     "It says its licence."
        ...     assert subject.spec.licence, "it does not say its licence"
        >>> as_checks(licence)[0].summary
        'It says its licence.'
    """
    return tuple(
        Check(
            name=each.__name__,
            summary=(each.__doc__ or each.__name__).strip().splitlines()[0],
            run=each,
        )
        for each in functions
    )


def run_check(check: Check, subject: Subject) -> Outcome:
    """Run one check; whatever it raises becomes the outcome.

    A check that the spec expects to fail is run all the same, and fails where it passes: a reason
    that is no longer true is taken out.

    Args:
        check: The check.
        subject: What it is called with.

    Returns:
        What became of it.
    """
    expected = subject.expected_failures.get(check.name)
    status: Status
    started = time.perf_counter()
    try:
        check.run(subject)
    except Skipped as skipped:
        status, reason = "skipped", str(skipped)
    except (Exception, SystemExit) as error:
        status, reason = "failed", _one_line(error)
        if expected is not None:
            status, reason = "expected_failure", expected
    else:
        status, reason = "passed", ""
        if expected is not None:
            status, reason = "failed", f"passed, but the spec says that it can't: {expected}"
    return Outcome(
        subject=subject.title,
        check=check.name,
        status=status,
        reason=reason,
        seconds=time.perf_counter() - started,
    )


def run_checks(
    checks: Iterable[Check],
    subject: Subject,
    *,
    listener: Callable[[Outcome], None] | None = None,
) -> Report:
    """Run all checks, never stopping at the first failure.

    Args:
        checks: The checks.
        subject: What they are called with.
        listener: Is told of each outcome as soon as it is known.

    Returns:
        The report. A check that the spec expects to fail and that does not exist is a failure.
    """
    checks = list(checks)
    outcomes: list[Outcome] = []
    for check in checks:
        outcomes.append(run_check(check, subject))
        if listener is not None:
            listener(outcomes[-1])
    known = [each.name for each in checks]
    outcomes += [
        Outcome(
            subject=subject.title,
            check=name,
            status="failed",
            reason=no_such_check(known),
        )
        for name in subject.expected_failures
        if name not in known
    ]
    return Report(subject.title, outcomes)


def no_such_check(known: Sequence[str]) -> str:
    """What is wrong with an expected failure of a check that does not exist."""
    return f"expected_failures names it, but there is no such check: {', '.join(known)}"


def _one_line(error: BaseException) -> str:
    # Keras's errors are in bold, and end with the values of all arguments.
    plain = re.sub(r"\x1b\[\d+m", "", str(error)).partition("Arguments received by")[0]
    text = " ".join(plain.split())
    if isinstance(error, AssertionError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
