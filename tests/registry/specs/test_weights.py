import json

import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import WeightsSpec


def weights(**fields):
    return WeightsSpec(**{"name": "imagenet", "converter": "acme:load", **fields})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Image-Net"),
        ("converter", "nothing"),
        ("converter", ""),
        ("fetcher", "nothing"),
        ("fetcher", json.dumps),
        ("sha256", "abc"),
        ("sha256", "A" * 64),
    ],
)
def test_a_wrong_field_is_refused(field, value):
    with pytest.raises(InvalidSpecError):
        weights(**{field: value})


def test_the_error_names_the_weights():
    with pytest.raises(
        InvalidSpecError,
        match=r"WeightsSpec 'imagenet': fetcher is 'nothing', expected a string 'package\.module:",
    ):
        weights(fetcher="nothing")


def test_they_may_be_a_file_of_the_user_alone():
    assert weights().fetcher == weights().url == ""
