import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import (
    KINDS,
    SPEC_TYPES,
    DatasetSpec,
    ExporterSpec,
    ModelSpec,
    RecipeSpec,
    TaskSpec,
    WeightsSpec,
)

MINIMAL = {
    ModelSpec: {"name": "net", "summary": "A model", "builder": "acme.nets:net"},
    DatasetSpec: {
        "name": "cats",
        "summary": "A dataset",
        "loader": "acme.data:cats",
        "task": "binary",
    },
    TaskSpec: {"name": "count", "summary": "A task", "task": "acme.tasks:Count"},
    RecipeSpec: {"name": "seed", "summary": "A recipe", "model": "net", "dataset": "cats"},
    ExporterSpec: {"name": "onnx", "summary": "An exporter", "exporter": "acme.out:Onnx"},
}
every_type = pytest.mark.parametrize("spec_type", MINIMAL, ids=lambda each: each.kind)


def make(spec_type, **fields):
    return spec_type(**{**MINIMAL[spec_type], **fields})


def test_there_is_a_type_of_spec_for_each_kind():
    assert tuple(SPEC_TYPES) == KINDS


@every_type
def test_a_spec_can_be_made_from_what_it_needs(spec_type):
    assert make(spec_type).name == MINIMAL[spec_type]["name"]


@every_type
def test_a_spec_can_not_be_changed(spec_type):
    with pytest.raises(dataclasses.FrozenInstanceError):
        make(spec_type).name = "other"


@every_type
def test_a_spec_has_slots_only(spec_type):
    assert not hasattr(make(spec_type), "__dict__")


@every_type
def test_a_spec_is_made_by_keywords_only(spec_type):
    with pytest.raises(TypeError):
        spec_type(*MINIMAL[spec_type].values())


@every_type
def test_equal_specs_have_equal_hashes(spec_type):
    assert hash(make(spec_type, options={"a": 1})) == hash(make(spec_type, options={"a": 1}))


@every_type
def test_a_spec_is_json_data(spec_type):
    spec = make(spec_type, tags=("a",), options={"a": [1, {"b": None}]})
    assert json.loads(json.dumps(spec.to_dict())) == {
        **MINIMAL[spec_type],
        "tags": ["a"],
        "options": {"a": [1, {"b": None}]},
    }


@every_type
def test_the_reference_is_where_the_code_is(spec_type):
    spec = make(spec_type)
    assert spec.reference == MINIMAL[spec_type].get(spec_type.code, "")


def test_options_do_not_follow_the_mapping_they_were_made_from():
    options = {"a": 1}
    spec = make(ModelSpec, options=options)
    options["a"] = 2
    assert spec.options == {"a": 1}


def test_options_can_not_be_changed():
    with pytest.raises(TypeError):
        make(ModelSpec, options={"a": 1}).options["a"] = 2


WRONG_FOR_ALL = {
    "name": ["Net", "my-net", None, "1"],
    "summary": ["", "two\nlines", None],
    "tags": ["tag", ["tag"], (1,)],
    "aliases": ["alias", ("My-Alias",), ("a/b",)],
    "deprecated": [True],
    "paper": [1],
    "licence": [None],
    "options": [None, [], {1: 2}, {"a": object()}, {"a": float("nan")}, {"a": {1, 2}}],
}
WRONG = {
    ModelSpec: {
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
    },
    DatasetSpec: {
        "loader": ["nothing"],
        "task": ["", None],
        "labels": ["class", (), ("classes",), ["class"]],
        "num_classes": [0, "two"],
        "classes": ["cat", ["cat"], (1, 2)],
        "input_shape": [(28, 28)],
        "splits": [None],
    },
    TaskSpec: {
        "task": ["nothing"],
        "labels": ["classes", ("class",), None],
        "min_classes": [0, None],
        "max_classes": [0, "2"],
    },
    RecipeSpec: {
        "model": ["", None],
        "dataset": ["", 3],
        "task": [None],
        "config": [None, {"epochs": object()}],
        "dataset_options": [[]],
        "input_shape": [(28,)],
        "results": [0.9],
    },
    ExporterSpec: {"exporter": ["nothing", None]},
}


@pytest.mark.parametrize(
    ("spec_type", "field", "value"),
    [
        pytest.param(spec_type, field, value, id=f"{spec_type.kind}-{field}-{index}")
        for spec_type in MINIMAL
        for field, values in {**WRONG_FOR_ALL, **WRONG[spec_type]}.items()
        for index, value in enumerate(values)
    ],
)
def test_a_wrong_field_is_refused(spec_type, field, value):
    with pytest.raises(InvalidSpecError):
        make(spec_type, **{field: value})


def test_the_error_says_spec_field_value_and_what_was_expected():
    with pytest.raises(
        InvalidSpecError,
        match=r"ModelSpec 'net': channels is 3, expected a tuple of positive integers",
    ):
        make(ModelSpec, channels=3)


def test_as_many_classes_as_class_names():
    with pytest.raises(InvalidSpecError, match="expected 2, as many as there are classes"):
        make(DatasetSpec, num_classes=3, classes=("cat", "dog"))


def test_a_task_takes_at_most_no_fewer_classes_than_at_least():
    with pytest.raises(InvalidSpecError, match="at least min_classes, 3"):
        make(TaskSpec, min_classes=3, max_classes=2)


def test_a_backbone_may_have_no_parameters():
    assert make(ModelSpec, parameters=0, mult_adds=0).parameters == 0


def test_a_name_of_an_open_ended_family_is_a_spec_s_name():
    assert make(ModelSpec, name="hf/owner/Net-1").name == "hf/owner/Net-1"


def test_task_defaults_replace_the_fields_for_that_task():
    spec = make(
        ModelSpec,
        input_shape=(64, 64, 3),
        options={"width": 1, "depth": 2},
        task_defaults={"binary": {"input_shape": (32, 32, 1), "options": {"depth": 3}}},
    )
    chosen = spec.for_task("binary")
    assert (chosen.input_shape, chosen.options) == ((32, 32, 1), {"width": 1, "depth": 3})


@given(task=st.one_of(st.none(), st.text()))
def test_a_task_without_defaults_leaves_the_spec_as_it_is(task):
    spec = make(ModelSpec)
    assert spec.for_task(task) is spec


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Image-Net"), ("converter", "nothing"), ("sha256", "abc")]
)
def test_a_wrong_field_of_weights_is_refused(field, value):
    with pytest.raises(InvalidSpecError):
        WeightsSpec(**{"name": "imagenet", "converter": "acme:load", field: value})


def test_weights_are_in_the_json_data_of_their_model():
    weights = WeightsSpec(name="imagenet", converter="acme:load", num_classes=1000)
    assert make(ModelSpec, weights=(weights,)).to_dict()["weights"] == [
        {"name": "imagenet", "converter": "acme:load", "num_classes": 1000}
    ]
