import warnings

import pytest

from modelzoo.cli import messages


def test_a_message_of_several_lines_becomes_one(capsys):
    messages.error("first\n  second\tthird")
    assert capsys.readouterr().err == "Error: first second third\n"


@pytest.mark.parametrize("category", [UserWarning, FutureWarning])
def test_a_warning_of_python_becomes_one_line(capsys, category):
    with messages.one_line_warnings():
        warnings.warn("something\nis odd", category, stacklevel=1)
    assert capsys.readouterr().err == "Warning: something is odd\n"


def test_warnings_are_shown_as_ever_afterwards(capsys):
    shown = warnings.showwarning
    with messages.one_line_warnings():
        pass
    assert warnings.showwarning is shown
