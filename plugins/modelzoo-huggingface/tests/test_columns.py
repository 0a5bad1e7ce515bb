"""Which columns are taken for images and labels."""

import pytest
from datasets import ClassLabel, Image, List, Value
from modelzoo_huggingface.columns import find_image_column, find_label_column

import modelzoo
from modelzoo.errors import DatasetError, IncompatibleError

PET = ClassLabel(names=["cat", "dog"])
BYTES = {"bytes": Value("binary"), "path": Value("string")}
IMAGE = Image()


def label_column(features, task, wanted=None):
    return find_label_column(
        features, modelzoo.find("task", task).spec, wanted, dataset="hf/ada/pets"
    )


@pytest.mark.parametrize(
    ("features", "found"),
    [
        ({"img": IMAGE, "label": PET}, "img"),
        ({"photo": IMAGE, "thumbnail": BYTES}, "photo"),
        ({"photo": BYTES, "label": PET}, "photo"),
        ({"jpg": Value("binary")}, "jpg"),
        ({"mask": IMAGE, "image": IMAGE}, "image"),
    ],
)
def test_images_are_found_by_their_type(features, found):
    assert find_image_column(features, None, dataset="hf/ada/pets") == found


def test_of_several_columns_of_images_the_user_names_one():
    features = {"left": IMAGE, "right": IMAGE}
    with pytest.raises(DatasetError, match="several columns .* 'left', 'right'.*image="):
        find_image_column(features, None, dataset="hf/ada/pets")
    assert find_image_column(features, "right", dataset="hf/ada/pets") == "right"


def test_without_images_the_columns_are_named():
    with pytest.raises(DatasetError, match=r"'hf/ada/pets' has no images.* text \(string\)"):
        find_image_column({"text": Value("string")}, None, dataset="hf/ada/pets")


@pytest.mark.parametrize(
    ("features", "task", "found"),
    [
        ({"image": IMAGE, "id": Value("int64"), "breed": PET}, "multiclass", "breed"),
        ({"label": PET, "breed": PET}, "multiclass", "label"),
        ({"file": Value("string"), "label": Value("int64")}, "multiclass", "label"),
        ({"image": IMAGE, "name": Value("string")}, "binary", "name"),
        ({"image": IMAGE, "fluffy": Value("bool")}, "binary", "fluffy"),
        ({"tags": List(PET), "label": PET}, "multilabel", "tags"),
        ({"tags": List(Value("string"))}, "multilabel", "tags"),
        ({"attributes": List(Value("int8"), length=40)}, "multilabel", "attributes"),
        ({"id": Value("int64"), "age": Value("float32")}, "regression", "age"),
        ({"eyes": List(Value("float64"), length=4)}, "regression", "eyes"),
    ],
)
def test_labels_are_found_by_what_the_task_learns_from(features, task, found):
    assert label_column(features, task) == found


def test_of_several_columns_of_labels_the_user_names_one():
    features = {"fine_label": PET, "coarse_label": PET}
    with pytest.raises(DatasetError, match="--dataset-option label=fine_label"):
        label_column(features, "multiclass")
    assert label_column(features, "multiclass", "coarse_label") == "coarse_label"


def test_a_column_that_is_not_there_is_an_error_with_those_that_are():
    with pytest.raises(DatasetError, match=r"no column 'lable'.*label \(ClassLabel\)"):
        label_column({"label": PET}, "multiclass", "lable")


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_a_dataset_without_labels_for_the_task_does_not_fit_it(task):
    with pytest.raises(IncompatibleError, match=f"no labels for task '{task}'"):
        label_column({"image": IMAGE, "label": PET}, task)
