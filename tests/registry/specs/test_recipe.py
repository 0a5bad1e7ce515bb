import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import RecipeSpec

WRONG = {
    "model": ["", None],
    "dataset": ["", 3],
    "task": [None],
    "config": [None, {"epochs": object()}],
    "dataset_options": [[]],
    "input_shape": [(28,)],
    "results": [0.9],
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
        make(RecipeSpec, **{field: value})


def test_what_it_names_may_be_of_open_ended_families(make):
    spec = make(RecipeSpec, model="acme/tower_3", dataset="tfds/mnist", task="acme/ordinal")
    assert (spec.model, spec.dataset, spec.task) == ("acme/tower_3", "tfds/mnist", "acme/ordinal")
