"""What is built in passes the kit that others are held to."""

import pytest

from modelzoo.registry import default_host
from modelzoo.testing import check_model, check_task

# One of each builder.
SMALL = {"mobilenet_v1_mini", "mobilenet_v1_025_128"}


def built_in(kind):
    entries = default_host().registry.entries(kind, distribution="tf-modelzoo")
    return [entry.spec.name for entry in entries]


def skipped(report):
    return {each.check for each in report.of("skipped")}


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(name, marks=() if name in SMALL else pytest.mark.slow)
        for name in built_in("model")
    ],
)
def test_a_model_passes(model):
    report = check_model(model)
    assert report.ok, str(report)
    assert not report.of("expected_failure")
    # Batch norm is of the faster kind from the start.
    assert skipped(report) <= {"accelerated", "oblong", "weights"}


@pytest.mark.parametrize("task", built_in("task"))
def test_a_task_passes(task):
    report = check_task(task)
    assert report.counts["passed"] == len(report.outcomes), str(report)
