"""Running checks: whatever one does becomes an outcome, and the others go on."""

from dataclasses import dataclass, field

import pytest

from modelzoo.errors import ConformanceError
from modelzoo.testing import Check, Report, run_checks, skip


@dataclass
class Subject:
    title: str = "model acme_net"
    expected_failures: dict[str, str] = field(default_factory=dict)


def passes(subject):
    pass


def fails(subject):
    raise AssertionError("features are 3, declared are 4")


def stumbles(subject):
    raise KeyError("width")


def leaves(subject):
    raise SystemExit(3)


def does_not_apply(subject):
    skip("nothing is declared")


def checks(*functions):
    return [
        Check(name=function.__name__, summary="It is as it should be", run=function)
        for function in functions
    ]


def outcomes(*functions, **expected):
    report = run_checks(checks(*functions), Subject(expected_failures=expected))
    return {each.check: (each.status, each.reason) for each in report.outcomes}


def test_all_run_whatever_the_others_do():
    assert outcomes(fails, stumbles, leaves, does_not_apply, passes) == {
        "fails": ("failed", "features are 3, declared are 4"),
        "stumbles": ("failed", "KeyError: 'width'"),
        "leaves": ("failed", "SystemExit: 3"),
        "does_not_apply": ("skipped", "nothing is declared"),
        "passes": ("passed", ""),
    }


def test_an_expected_failure_has_the_reason_that_was_declared():
    assert outcomes(fails, fails="so it was published") == {
        "fails": ("expected_failure", "so it was published")
    }


def test_an_expected_failure_that_passes_is_a_failure():
    assert outcomes(passes, passes="so it was once")["passes"][0] == "failed"


def test_an_expected_failure_that_does_not_apply_is_skipped():
    assert outcomes(does_not_apply, does_not_apply="why not")["does_not_apply"][0] == "skipped"


def test_an_expected_failure_of_no_check_is_a_failure():
    status, reason = outcomes(passes, passed="a slip of the pen")["passed"]
    assert status == "failed"
    assert "there is no such check: passes" in reason


def test_the_listener_hears_of_each_outcome_when_it_is_known():
    heard = []
    report = run_checks(checks(passes, fails), Subject(), listener=heard.append)
    assert heard == report.outcomes


def test_a_ctrl_c_is_not_an_outcome():
    def interrupted(subject):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_checks(checks(interrupted), Subject())


def test_counts_are_those_of_the_outcomes():
    report = run_checks(checks(passes, fails, stumbles, does_not_apply), Subject())
    assert report.counts == {"passed": 1, "failed": 2, "skipped": 1, "expected_failure": 0}


@pytest.mark.parametrize(
    ("functions", "ok"),
    [
        ((passes,), True),
        ((passes, does_not_apply), True),
        ((passes, fails), False),
        ((does_not_apply,), False),
        ((), False),
    ],
)
def test_it_is_ok_where_something_passed_and_nothing_failed(functions, ok):
    assert run_checks(checks(*functions), Subject()).ok is ok


def test_a_failure_can_be_made_an_error_that_has_the_report():
    with pytest.raises(ConformanceError, match="features are 3, declared are 4"):
        run_checks(checks(passes, fails), Subject()).raise_for_failures()


def test_a_report_of_nothing_says_that_it_counts_as_a_failure():
    with pytest.raises(ConformanceError, match="Nothing was checked"):
        Report("model acme_net", []).raise_for_failures()
