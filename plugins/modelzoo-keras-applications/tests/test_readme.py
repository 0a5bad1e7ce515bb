"""What the README says is true."""

from pathlib import Path

from modelzoo_keras_applications.make_readme_table import readme_table

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_table_of_models_is_that_of_the_specs():
    assert readme_table() in README.read_text("utf-8")
