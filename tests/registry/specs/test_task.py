import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import TaskSpec

WRONG = {
    "task": ["nothing"],
    "labels": ["classes", ("class",), None],
    "min_classes": [0, None],
    "max_classes": [0, "2"],
    "num_outputs": [0, "2"],
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
        make(TaskSpec, **{field: value})


def test_a_task_takes_at_most_no_fewer_classes_than_at_least(make):
    with pytest.raises(InvalidSpecError, match="at least min_classes, 3"):
        make(TaskSpec, min_classes=3, max_classes=2)
