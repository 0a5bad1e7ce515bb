"""That a run has failed in which nothing but specs could be checked."""

from __future__ import annotations

from collections.abc import Sequence

from modelzoo.testing.report import Outcome
from modelzoo.testing.suites import SPEC_CHECK_NAMES

__all__ = ["ANYTHING_CHECKED", "reason_for_nothing"]

# What the failure is called, in reports and among pytest's tests.
ANYTHING_CHECKED = "anything_checked"


def reason_for_nothing(subject: str, outcomes: Sequence[Outcome]) -> str:
    """Why nothing but specs was checked; empty where something was.

    Args:
        subject: What was to be checked: one of the things that the outcomes are of, or a plugin.
        outcomes: Of all checks of all things. A check that failed has checked something.

    Example:
        >>> skipped = Outcome(
        ...     subject="dataset photos", check="loads", status="skipped", reason="no data"
        ... )
        >>> reason_for_nothing("plugin acme", [skipped])
        'nothing but specs was checked: dataset photos: no data'
    """
    own = [each for each in outcomes if each.check not in SPEC_CHECK_NAMES]
    if any(each.status != "skipped" for each in own):
        return ""
    if not own:
        return "nothing was checked, since no example of its families is resolved"
    if own[0].subject == subject:
        return f"nothing but the spec was checked: {own[0].reason}"
    return f"nothing but specs was checked: {own[0].subject}: {own[0].reason}"
