import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import Family

FIELDS = {
    "kind": "dataset",
    "pattern": "tfds/NAME",
    "summary": "Any of them",
    "examples": ("tfds/mnist",),
}


def family(**fields):
    return Family(**{**FIELDS, **fields})


def test_a_family_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        family().pattern = "other/NAME"


def test_a_family_is_made_by_keywords_only():
    with pytest.raises(TypeError):
        Family(*FIELDS.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "datasets"),
        ("kind", None),
        ("pattern", "tfds"),
        ("pattern", "tfds/name"),
        ("pattern", "TFDS/NAME"),
        ("pattern", "NAME"),
        ("pattern", "tfds/Name"),
        ("pattern", "tfds/aNAME"),
        ("pattern", "tfds/NAME/"),
        ("pattern", "tfds/<NAME>"),
        ("pattern", None),
        ("summary", ""),
        ("summary", "two\nlines"),
        ("summary", None),
        ("examples", ()),
        ("examples", "tfds/mnist"),
        ("examples", ["tfds/mnist"]),
        ("examples", ("mnist",)),
        ("examples", ("tfds/mnist", "hf/mnist")),
        ("examples", ("tfds/mnist/3",)),
        ("examples", ("tfds/Größe",)),
        ("examples", (1,)),
    ],
)
def test_a_wrong_field_is_refused(field, value):
    with pytest.raises(InvalidSpecError):
        family(**{field: value})


def test_the_error_says_family_field_value_and_what_was_expected():
    with pytest.raises(
        InvalidSpecError,
        match=r"Family 'tfds/NAME': examples is \('hf/mnist',\), "
        r"expected names that are made like 'tfds/NAME'\.",
    ):
        family(examples=("hf/mnist",))


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("tfds/NAME", "tfds/mnist"),
        ("hf/OWNER/NAME", "hf/ylecun/MNIST-2.0_x"),
        ("acme/tower_N", "acme/tower_12"),
        ("acme/tower_N_of_M.x", "acme/tower_1_of_2.x"),
    ],
)
def test_a_name_matches_the_pattern_it_is_made_by(pattern, name):
    assert family(pattern=pattern, examples=(name,)).matches(name)


@pytest.mark.parametrize(
    ("pattern", "example", "name"),
    [
        ("tfds/NAME", "tfds/a", "tfds/"),
        ("tfds/NAME", "tfds/a", "tfds/a/b"),
        ("tfds/NAME", "tfds/a", "xtfds/a"),
        ("acme/tower_N", "acme/tower_1", "acme/tower_"),
        ("acme/a.N", "acme/a.1", "acme/ab1"),
    ],
)
def test_another_name_does_not_match(pattern, example, name):
    assert not family(pattern=pattern, examples=(example,)).matches(name)


piece = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,8}", fullmatch=True)


@given(owner=piece, name=piece)
def test_whatever_is_filled_in_matches(owner, name):
    filled = f"hf/{owner}/{name}"
    assert family(pattern="hf/OWNER/NAME", examples=(filled,)).matches(filled)
