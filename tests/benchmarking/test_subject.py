import subprocess
import sys

import pytest

from modelzoo.benchmarking import Subject
from modelzoo.errors import ConfigError, IncompatibleError, UnknownNameError


def test_without_a_task_it_is_the_first_that_the_model_has_defaults_for():
    subject = Subject.from_names("mobilenet_v1_mini")
    assert (subject.task.name, subject.num_classes) == ("binary", 2)
    assert subject.input_shape == (64, 64, 3)


def test_size_and_classes_are_those_of_the_model_for_the_task():
    subject = Subject.from_names("mobilenet_v1_mini", task="multiclass")
    assert (subject.input_shape, subject.num_classes) == ((28, 28, 1), 10)


def test_what_is_given_replaces_what_the_model_says():
    subject = Subject.from_names(
        "mobilenet_v1", task="multiclass", num_classes=3, input_shape=(32, 48, 1), batch_size=7
    )
    assert (subject.num_classes, subject.input_shape) == (3, (32, 48, 1))
    assert subject.settings["batch_size"] == 7


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="mobilenet_v1_mini"):
        Subject.from_names("mobilenet_v1_mimi")


def test_what_does_not_fit_is_refused():
    with pytest.raises(IncompatibleError, match="at least 10 x 10"):
        Subject.from_names("mobilenet_v1_mini", input_shape=(8, 8, 3))
    with pytest.raises(IncompatibleError, match="takes 2"):
        Subject.from_names("mobilenet_v1_mini", task="binary", num_classes=3)


def test_a_setting_that_no_step_depends_on_is_refused():
    with pytest.raises(ConfigError, match="does not depend on 'epochs'"):
        Subject.from_names("mobilenet_v1_mini", epochs=3)


def test_names_are_checked_without_tensorflow():
    code = """
import sys
from modelzoo.benchmarking import Subject
Subject.from_names("mobilenet_v1", input_shape=(96, 96, 3), options={"alpha": 0.25})
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
