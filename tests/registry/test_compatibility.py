import pytest

from modelzoo.errors import IncompatibleError
from modelzoo.registry import (
    DatasetSpec,
    ModelSpec,
    TaskSpec,
    check_dataset_task,
    check_input_shape,
    check_model_task,
    check_num_classes,
    default_num_classes,
)


def model(**fields):
    return ModelSpec(name="net", summary="A model", builder="acme:net", **fields)


def dataset(**fields):
    fields = {"task": "binary", **fields}
    return DatasetSpec(name="cats", summary="Data", loader="acme:load", **fields)


def task(name="binary", **fields):
    return TaskSpec(name=name, summary="A task", task="acme:Task", **fields)


def test_a_model_that_names_no_tasks_does_any():
    check_model_task(model(), task("anything"))


def test_a_model_does_the_tasks_that_it_names():
    check_model_task(model(tasks=("binary", "count")), task("count"))


def test_a_model_does_no_other_task_than_it_names():
    with pytest.raises(
        IncompatibleError,
        match=r"Model 'net' does not do task 'count'\. It can do: binary, regression\.",
    ):
        check_model_task(model(tasks=("binary", "regression")), task("count"))


def test_a_model_may_name_a_task_by_its_alias():
    check_model_task(model(tasks=("mt",)), task("mytask", aliases=("my", "mt")))


def test_a_dataset_fits_a_task_that_learns_from_its_labels():
    check_dataset_task(dataset(labels=("value", "class")), task(labels="class"))


def test_labels_of_another_kind_do_not_fit():
    with pytest.raises(
        IncompatibleError,
        match=r"Dataset 'cats' has labels of kind 'class' or 'value', but task 'many' learns from "
        r"'multi_hot' labels\. The dataset's own task is 'binary'\.",
    ):
        check_dataset_task(dataset(labels=("class", "value")), task("many", labels="multi_hot"))


def test_too_many_classes_do_not_fit():
    with pytest.raises(
        IncompatibleError,
        match=r"Dataset 'cats' has 10 classes, but task 'binary' takes 2\. "
        r"The dataset's own task is 'multiclass'\.",
    ):
        check_dataset_task(
            dataset(task="multiclass", num_classes=10), task(min_classes=2, max_classes=2)
        )


@pytest.mark.parametrize("own_task", [None, "binary"])
def test_where_no_fitting_task_is_known_the_way_to_all_is_named(own_task):
    with pytest.raises(IncompatibleError, match="`modelzoo list tasks` shows them"):
        check_num_classes(task(min_classes=2, max_classes=2), 3, source="It", own_task=own_task)


def test_a_dataset_whose_classes_only_the_data_tell_is_not_refused():
    check_dataset_task(dataset(), task(min_classes=2, max_classes=2))


@pytest.mark.parametrize("number", [2, 3, 5])
def test_as_many_classes_as_a_task_takes(number):
    check_num_classes(task(min_classes=2, max_classes=5), number, source="It")


@pytest.mark.parametrize(
    ("least", "most", "number", "expected"),
    [(2, 5, 1, "2 to 5"), (2, 5, 6, "2 to 5"), (3, None, 2, "3 or more"), (2, 2, 3, "2")],
)
def test_too_few_or_too_many_classes(least, most, number, expected):
    with pytest.raises(
        IncompatibleError,
        match=rf"It has {number} classes, but task 'binary' takes {expected}\.",
    ):
        check_num_classes(task(min_classes=least, max_classes=most), number, source="It")


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 33, 1)])
def test_a_shape_that_a_model_can_be_built_for(shape):
    check_input_shape(model(min_size=32), shape)


@pytest.mark.parametrize(
    "shape", [(), (32, 32), (32, 32, 3, 1), (0, 32, 3), (32, -1, 3), (32.0, 32, 3), ("a", "b", "c")]
)
def test_what_is_no_shape_of_images(shape):
    with pytest.raises(IncompatibleError, match=r"is not \(height, width, channels\)"):
        check_input_shape(model(), shape)


@pytest.mark.parametrize("shape", [(31, 64, 3), (64, 31, 3)])
def test_images_that_are_too_small(shape):
    with pytest.raises(IncompatibleError, match=r"at least 32 x 32 pixels, not"):
        check_input_shape(model(min_size=32), shape)


def test_a_number_of_channels_that_a_model_does_not_take():
    with pytest.raises(IncompatibleError, match=r"takes images with 1 or 3 channels, not 4\."):
        check_input_shape(model(channels=(1, 3)), (32, 32, 4))


@pytest.mark.parametrize(
    ("own", "most", "expected"), [(1000, 2, 2), (1000, None, 1000), (None, None, 2)]
)
def test_a_head_has_the_only_number_of_its_task_else_that_of_the_model(own, most, expected):
    job = task(min_classes=2, max_classes=most)
    assert default_num_classes(model(num_classes=own), job) == expected
