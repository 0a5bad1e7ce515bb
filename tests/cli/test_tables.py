from hypothesis import given
from hypothesis import strategies as st

from modelzoo.cli.tables import print_facts, print_table

CELL = st.text("abc-_", min_size=1, max_size=12)


@given(st.lists(st.tuples(CELL, CELL), min_size=1))
def test_every_cell_is_whole_and_columns_are_aligned(rows):
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        print_table(("first", "second"), rows)
    lines = printed.getvalue().splitlines()
    assert [tuple(line.split()) for line in lines[1:]] == rows
    column = lines[0].index("second")
    assert all(line[column - 1] == " " and line[column] != " " for line in lines[1:])


def test_numbers_are_aligned_to_the_right(capsys):
    print_table(("name", "size"), [("a", "1"), ("b", "1,000")], numbers=("size",))
    assert capsys.readouterr().out == "name   size\na         1\nb     1,000\n"


def test_a_column_without_content_is_left_out(capsys):
    print_table(("name", "reason"), [("a", ""), ("b", "")])
    assert capsys.readouterr().out == "name\na\nb\n"


def test_facts_without_a_value_are_left_out(capsys):
    print_facts({"paper": "", "licence": "MIT", "tags": "small"})
    assert capsys.readouterr().out == "licence  MIT\ntags     small\n"
