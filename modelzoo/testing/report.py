"""What became of the checks of one subject, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, get_args

from modelzoo.errors import ConformanceError

__all__ = ["STATUSES", "Outcome", "Report", "Status"]

Status: TypeAlias = Literal["passed", "failed", "skipped", "expected_failure"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one check.

    Attributes:
        subject: What was checked, such as ``"model acme_net"``.
        check: The check's name, such as ``"output_shape"``.
        status: ``"passed"``, ``"failed"``, ``"skipped"`` or ``"expected_failure"``.
        reason: Why it failed, was skipped, or had to fail; empty where it passed.
        seconds: How long it took.
    """

    subject: str
    check: str
    status: Status
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of all checks of a model, a dataset, ..., or a whole plugin.

    Attributes:
        subject: What was checked.
        outcomes: One for each check, in the order in which they ran.

    Example:
        >>> passed = Outcome(subject="model acme_net", check="spec", status="passed")
        >>> report = Report("model acme_net", [passed])
        >>> report.counts["passed"], report.ok
        (1, True)
        >>> print(report)
        model acme_net: 1 passed, 0 failed, 0 skipped, 0 expected failures
    """

    subject: str
    outcomes: Sequence[Outcome]

    @property
    def counts(self) -> dict[Status, int]:
        """How many checks there are of each status."""
        return {status: sum(each.status == status for each in self.outcomes) for status in STATUSES}

    @property
    def ok(self) -> bool:
        """Whether something was checked and nothing failed."""
        return self.counts["passed"] > 0 and self.counts["failed"] == 0

    def of(self, status: Status) -> list[Outcome]:
        """The outcomes of a status."""
        return [each for each in self.outcomes if each.status == status]

    def by_subject(self) -> list[Report]:
        """A report for each subject, in the order in which they were checked."""
        subjects = dict.fromkeys(each.subject for each in self.outcomes)
        return [
            Report(subject, [each for each in self.outcomes if each.subject == subject])
            for subject in subjects
        ]

    def raise_for_failures(self) -> None:
        """Raise where the report is not :attr:`ok`.

        Raises:
            ConformanceError: A check failed, or none passed.
        """
        if not self.ok:
            raise ConformanceError(str(self))

    def to_dict(self) -> dict[str, Any]:
        """The report as data that ``json.dumps`` takes."""
        return {
            "subject": self.subject,
            "ok": self.ok,
            "counts": self.counts,
            "outcomes": [asdict(each) for each in self.outcomes],
        }

    def __str__(self) -> str:
        counts = self.counts
        lines = [
            f"{self.subject}: {counts['passed']} passed, {counts['failed']} failed, "
            f"{counts['skipped']} skipped, {counts['expected_failure']} expected failures"
        ]
        if not counts["passed"]:
            lines.append("  Nothing was checked, which counts as a failure.")
        lines += [
            f"  {each.status.replace('_', ' ')}: {each.subject}: {each.check}: {each.reason}"
            for each in self.outcomes
            if each.status != "passed"
        ]
        return "\n".join(lines)
