import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import DatasetSpec

WRONG = {
    "loader": ["nothing"],
    "task": ["", None],
    "labels": ["class", (), ("classes",), ["class"]],
    "num_classes": [0, "two"],
    "download_bytes": [-1, "1 MB"],
    "classes": ["cat", ["cat"], (1, 2)],
    "input_shape": [(28, 28)],
    "splits": [None],
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
        make(DatasetSpec, **{field: value})


def test_as_many_classes_as_class_names(make):
    with pytest.raises(InvalidSpecError, match="expected 2, as many as there are classes"):
        make(DatasetSpec, num_classes=3, classes=("cat", "dog"))


def test_its_task_may_be_of_an_open_ended_family(make):
    assert make(DatasetSpec, task="acme/ordinal").task == "acme/ordinal"
