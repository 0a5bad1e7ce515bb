"""The conformance kit on the plugin, with its datasets read from a folder of parquet files."""

import atexit
import shutil
import tempfile
from pathlib import Path

import pets

from modelzoo.testing import check_plugin, parametrize_with_checks

# Tests are made before there are fixtures.
FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, FOLDER)
pets.write(FOLDER)


@parametrize_with_checks("modelzoo-huggingface", data_dir=FOLDER)
def test_conformance(check):
    check()


def test_all_is_checked_but_what_no_spec_of_a_family_can_say():
    report = check_plugin("modelzoo-huggingface", data_dir=FOLDER)
    assert report.ok, report
    assert {each.check for each in report.of("skipped")} == {"split_sizes", "input_shape"}
