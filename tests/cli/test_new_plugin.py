"""``modelzoo new-plugin``."""

import pytest


def test_it_says_where_the_package_is_and_what_comes_next(command, here):
    answer = command("new-plugin", "acme")
    assert answer.status == 0
    assert str(here / "modelzoo-acme") in answer.out
    assert "modelzoo check modelzoo-acme" in answer.out
    assert (here / "modelzoo-acme" / "pyproject.toml").is_file()


def test_the_folder_can_be_chosen(command, here):
    command("new-plugin", "acme", "--parent", "plugins")
    assert (here / "plugins" / "modelzoo-acme" / "README.md").is_file()


@pytest.mark.parametrize(
    ("name", "said"), [("9lives", "can't be the name of a plugin"), ("acme", "is there already")]
)
def test_what_can_t_be_written_is_refused_and_nothing_is_left(command, here, name, said):
    (here / "modelzoo-acme").mkdir()
    answer = command("new-plugin", name)
    assert answer.status == 2
    assert said in answer.err
    assert [each.name for each in here.iterdir()] == ["modelzoo-acme"]
