import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import ModelSpec, WeightsSpec

WRONG = {
    "builder": [None, json.dumps, "acme.nets", "acme nets:net", ":net", "acme:"],
    "tasks": ["binary", ("Binary",), (1,)],
    "input_shape": [(32, 32), [32, 32, 3], (32, 32, 0), (32.0, 32, 3), None],
    "min_size": [0, "32", None],
    "channels": [3, (), [3], (0,), ("3",)],
    "num_classes": [0, "ten", True],
    "features": [0],
    "parameters": [-1, 1.5],
    "mult_adds": [-1],
    "task_defaults": [
        None,
        {"binary": 1},
        {"binary": {"builder": "a:b"}},
        {"binary": {"input_shape": (1, 2)}},
        {"My-Task": {}},
    ],
    "weights": ["imagenet", ("imagenet",), []],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(field, value, id=f"{field}-{index}")
        for field, values in WRONG.items()
        for index, value in enumerate(values)
    ],
)
def test_a_wrong_field_is_refused(make, field, value):
    with pytest.raises(InvalidSpecError):
        make(ModelSpec, **{field: value})


def test_the_error_says_spec_field_value_and_what_was_expected(make):
    with pytest.raises(
        InvalidSpecError,
        match=r"ModelSpec 'net': channels is 3, expected a tuple of positive integers",
    ):
        make(ModelSpec, channels=3)


def test_a_backbone_may_have_no_parameters(make):
    assert make(ModelSpec, parameters=0, mult_adds=0).parameters == 0


@pytest.mark.parametrize("task", ["acme/ordinal", "binary"])
def test_it_may_name_tasks_of_open_ended_families(make, task):
    assert make(ModelSpec, tasks=(task,)).tasks == (task,)


def test_task_defaults_replace_the_fields_for_that_task(make):
    spec = make(
        ModelSpec,
        input_shape=(64, 64, 3),
        options={"width": 1, "depth": 2},
        task_defaults={"binary": {"input_shape": (32, 32, 1), "options": {"depth": 3}}},
    )
    chosen = spec.for_task("binary")
    assert (chosen.input_shape, chosen.options) == ((32, 32, 1), {"width": 1, "depth": 3})


@given(task=st.one_of(st.none(), st.text()))
def test_a_task_without_defaults_leaves_the_spec_as_it_is(make, task):
    spec = make(ModelSpec)
    assert spec.for_task(task) is spec


def test_weights_are_in_the_json_data_of_their_model(make):
    weights = WeightsSpec(name="imagenet", converter="acme:load", num_classes=1000)
    assert make(ModelSpec, weights=(weights,)).to_dict()["weights"] == [
        {"name": "imagenet", "converter": "acme:load", "num_classes": 1000}
    ]
