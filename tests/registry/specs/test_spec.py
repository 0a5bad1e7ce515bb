"""What holds for the specs of all kinds."""

import dataclasses
import json

import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import KINDS, SPEC_TYPES, ModelSpec

every_type = pytest.mark.parametrize("spec_type", SPEC_TYPES.values(), ids=SPEC_TYPES)


def test_there_is_a_type_of_spec_for_each_kind():
    assert tuple(SPEC_TYPES) == KINDS


@every_type
def test_a_spec_can_be_made_from_what_it_needs(make, minimal, spec_type):
    assert make(spec_type).name == minimal[spec_type]["name"]


@every_type
def test_a_spec_can_not_be_changed(make, spec_type):
    with pytest.raises(dataclasses.FrozenInstanceError):
        make(spec_type).name = "other"


@every_type
def test_a_spec_has_slots_only(make, spec_type):
    assert not hasattr(make(spec_type), "__dict__")


@every_type
def test_a_spec_is_made_by_keywords_only(minimal, spec_type):
    with pytest.raises(TypeError):
        spec_type(*minimal[spec_type].values())


@every_type
def test_equal_specs_have_equal_hashes(make, spec_type):
    assert hash(make(spec_type, options={"a": 1})) == hash(make(spec_type, options={"a": 1}))


@every_type
def test_a_spec_is_json_data(make, minimal, spec_type):
    fields = {
        "tags": ("a",),
        "options": {"a": [1, {"b": None}]},
        "expected_failures": {"is_fast": "it is not"},
    }
    assert json.loads(json.dumps(make(spec_type, **fields).to_dict())) == {
        **minimal[spec_type],
        **fields,
        "tags": ["a"],
    }


@every_type
def test_the_reference_is_where_the_code_is(make, minimal, spec_type):
    assert make(spec_type).reference == minimal[spec_type].get(spec_type.code, "")


@every_type
@pytest.mark.parametrize("field", ["options", "expected_failures"])
def test_a_mapping_does_not_follow_the_one_it_was_made_from(make, spec_type, field):
    given = {"a": "1"}
    spec = make(spec_type, **{field: given})
    given["a"] = "2"
    assert getattr(spec, field) == {"a": "1"}


@every_type
@pytest.mark.parametrize("field", ["options", "expected_failures"])
def test_a_mapping_can_not_be_changed(make, spec_type, field):
    with pytest.raises(TypeError):
        getattr(make(spec_type, **{field: {"a": "1"}}), field)["a"] = "2"


WRONG = {
    "name": ["Net", "my-net", None, "1"],
    "summary": ["", "two\nlines", None],
    "tags": ["tag", ["tag"], (1,)],
    "aliases": ["alias", ("My-Alias",), ("a/b",)],
    "deprecated": [True],
    "paper": [1],
    "licence": [None],
    "options": [None, [], {1: 2}, {"a": object()}, {"a": float("nan")}, {"a": {1, 2}}],
    "expected_failures": [None, ["is_fast"], {1: "reason"}, {"is_fast": ""}, {"is_fast": True}],
}


@every_type
@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(field, value, id=f"{field}-{index}")
        for field, values in WRONG.items()
        for index, value in enumerate(values)
    ],
)
def test_a_wrong_field_is_refused(make, spec_type, field, value):
    with pytest.raises(InvalidSpecError):
        make(spec_type, **{field: value})


def test_the_error_says_spec_field_value_and_what_was_expected(make):
    with pytest.raises(
        InvalidSpecError,
        match=r"ModelSpec 'net': expected_failures is mappingproxy\(\{'is_fast': ''\}\), "
        r"expected a reason for each name of a check\.",
    ):
        make(ModelSpec, expected_failures={"is_fast": ""})


@every_type
def test_a_name_of_an_open_ended_family_is_a_spec_s_name(make, spec_type):
    assert make(spec_type, name="hf/owner/Net-1").name == "hf/owner/Net-1"
