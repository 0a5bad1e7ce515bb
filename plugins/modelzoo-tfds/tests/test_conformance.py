"""modelzoo's own checks of the plugin, and of sets that it reads."""

import pytest
import sets  # noqa: F401 - makes its sets known

from modelzoo.testing import check_dataset, parametrize_with_checks


@parametrize_with_checks("modelzoo-tfds")
def test_conformance(check):
    check()


@pytest.mark.parametrize("name", ["tfds/photos", "tfds/digits"])
def test_conformance_of_a_set(data_dir, name):
    report = check_dataset(name, data_dir=data_dir)
    assert report.ok, report
