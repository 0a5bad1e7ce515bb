"""The conformance kit: whether a model, a dataset, ... or a whole plugin is what it says.

Nothing heavy is imported until something is checked.
"""

from modelzoo.testing.check import Check, Skipped, Subject, run_check, run_checks, skip
from modelzoo.testing.report import STATUSES, Outcome, Report, Status

__all__ = [
    "STATUSES",
    "Check",
    "Outcome",
    "Report",
    "Skipped",
    "Status",
    "Subject",
    "run_check",
    "run_checks",
    "skip",
]
