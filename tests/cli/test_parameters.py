import json

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.cli.parameters import image_size, settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(JSON)
def test_a_value_that_is_json_is_read_as_such(value):
    assert settings([f"name={json.dumps(value)}"], option="--config") == {"name": value}


def test_a_value_that_is_not_json_is_text():
    assert settings(["data=memory"], option="--config") == {"data": "memory"}


def test_a_value_may_have_equals_signs():
    assert settings(["name=a=b"], option="--config") == {"name": "a=b"}


def test_a_hyphen_in_a_name_is_an_underscore():
    assert settings(["batch-size=8"], option="--config") == {"batch_size": 8}


@pytest.mark.parametrize("pair", ["epochs", "=3", ""])
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(typer.BadParameter, match=f"{pair!r} is not NAME=VALUE"):
        settings([pair], option="--config")


def test_a_name_that_comes_twice_is_refused():
    with pytest.raises(typer.BadParameter, match="'epochs' is given twice"):
        settings(["epochs=1", "epochs=2"], option="--config")


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 4))
def test_a_size_is_read_back(height, width, channels):
    assert image_size(f"{height}x{width}x{channels}", channels=9) == (height, width, channels)
    assert image_size(f"{height}x{width}", channels=9) == (height, width, 9)
    assert image_size(str(height), channels=9) == (height, height, 9)


@pytest.mark.parametrize("text", ["", "big", "64x", "x64", "-64", "64x64x3x1", "6.4"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(typer.BadParameter, match=f"{text!r} is not a size such as 64"):
        image_size(text, channels=3)


@pytest.mark.parametrize(
    ("option", "word", "expected"),
    [("--epochs", "ten", "a whole number"), ("--learning-rate", "fast", "a number")],
)
def test_a_word_that_is_no_number_is_refused_with_what_was_expected(
    command, option, word, expected
):
    answer = command("train", "mobilenet_v1_mini", "shapes", option, word)
    assert answer.status == 2
    assert answer.err == (
        f"Error: Invalid value for '{option}': {word!r} is not {expected}. "
        "See `modelzoo train --help`.\n"
    )
