"""The conformance kit: whether a model, a dataset, ... or a whole plugin is what it says.

Nothing heavy is imported until something is checked.

Example:
    >>> from modelzoo.testing import check_recipe
    >>> print(check_recipe("fashion_mnist_seed"))
    recipe fashion_mnist_seed: 9 passed, 0 failed, 0 skipped, 0 expected failures
"""

import importlib
from typing import TYPE_CHECKING, Any

from modelzoo.testing.check import Check, Skipped, Subject, run_check, run_checks, skip
from modelzoo.testing.checking import (
    check_dataset,
    check_entry,
    check_exporter,
    check_model,
    check_plugin,
    check_recipe,
    check_task,
)
from modelzoo.testing.report import STATUSES, Outcome, Report, Status
from modelzoo.testing.suites import checks_of, subject_of

if TYPE_CHECKING:
    from modelzoo.testing.parametrize import parametrize_with_checks

__all__ = [
    "STATUSES",
    "Check",
    "Outcome",
    "Report",
    "Skipped",
    "Status",
    "Subject",
    "check_dataset",
    "check_entry",
    "check_exporter",
    "check_model",
    "check_plugin",
    "check_recipe",
    "check_task",
    "checks_of",
    "parametrize_with_checks",
    "run_check",
    "run_checks",
    "skip",
    "subject_of",
]


def __getattr__(name: str) -> Any:
    # It imports pytest, which only tests need.
    if name == "parametrize_with_checks":
        return importlib.import_module("modelzoo.testing.parametrize").parametrize_with_checks
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
