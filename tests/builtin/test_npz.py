import numpy as np
import pytest

from modelzoo.data import load_dataset
from modelzoo.errors import ArrayError, DatasetError, IncompatibleError, LabelError

X = np.arange(6 * 8 * 8, dtype=np.uint8).reshape(6, 8, 8)
Y = np.array([0, 1, 2, 0, 1, 2])


@pytest.fixture
def save(tmp_path):
    """Write a file: a valid one but for the arrays that are given; None leaves one out."""

    def write(**changes):
        arrays = {"x_train": X, "y_train": Y, "x_test": X[:3], "y_test": Y[:3], **changes}
        path = tmp_path / "mine.npz"
        np.savez(path, **{name: each for name, each in arrays.items() if each is not None})
        return path

    return write


def load(path, task="multiclass"):
    return load_dataset("npz", task=task, data_dir=path)


def test_images_and_labels_are_those_of_the_file(save):
    splits = load(save()).splits
    np.testing.assert_array_equal(splits["train"].images, X[..., None])
    np.testing.assert_array_equal(splits["train"].labels, Y)
    np.testing.assert_array_equal(splits["test"].images, X[:3, ..., None])


def test_a_validation_split_is_taken_where_there_is_one(save):
    splits = load(save(x_val=X[:2], y_val=Y[:2])).splits
    assert {name: len(split) for name, split in splits.items()} == {"train": 6, "val": 2, "test": 3}


@pytest.mark.parametrize("channels", [1, 3])
def test_images_may_have_channels(save, channels):
    images = np.repeat(X[..., None], channels, axis=3)
    splits = load(save(x_train=images, x_test=images[:3])).splits
    np.testing.assert_array_equal(splits["train"].images, images)


def test_without_names_the_training_labels_say_how_many_classes_there_are(save):
    assert load(save()).classes == ("0", "1", "2")


def test_names_say_how_many_classes_there_are(save):
    assert load(save(classes=["a", "b", "c", "d"])).classes == ("a", "b", "c", "d")


def test_two_classes_do_for_a_binary_task(save):
    path = save(y_train=Y % 2, y_test=Y[:3] % 2)
    assert load(path, "binary").classes == ("0", "1")


def test_columns_of_zeros_and_ones_do_for_a_multilabel_task(save):
    labels = np.eye(4, dtype=int)[[0, 1, 2, 3, 0, 1]]
    dataset = load(save(y_train=labels, y_test=labels[:3]), "multilabel")
    assert dataset.num_classes == 4
    np.testing.assert_array_equal(dataset.splits["train"].labels, labels)


@pytest.mark.parametrize(
    ("shape", "classes"), [((), ("value",)), ((1,), ("value",)), ((2,), ("value 0", "value 1"))]
)
def test_numbers_do_for_a_regression(save, shape, classes):
    labels = np.linspace(-1, 1, 6 * max(1, sum(shape))).reshape(6, *shape)
    dataset = load(save(y_train=labels, y_test=labels[:3]), "regression")
    assert dataset.classes == classes


def test_names_may_be_those_of_values(save):
    labels = np.linspace(0, 1, 12).reshape(6, 2)
    path = save(y_train=labels, y_test=labels[:3], classes=["width", "height"])
    assert load(path, "regression").classes == ("width", "height")


# What is wrong with the file.


def test_no_file_is_named():
    with pytest.raises(DatasetError, match="has to be told where the data are"):
        load_dataset("npz")


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match=r"There is no file .*none\.npz, expected a \.npz file"):
        load(tmp_path / "none.npz")


def test_a_folder_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match=r"is a folder, expected a \.npz file"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_test", "y_test"])
def test_a_missing_array_is_named(save, name):
    with pytest.raises(DatasetError, match=f"has no array '{name}'. It has "):
        load(save(**{name: None}))


@pytest.mark.parametrize("name", ["x_val", "y_val"])
def test_half_a_validation_split_is_an_error(save, name):
    with pytest.raises(DatasetError, match="has one of x_val and y_val, expected both or neither"):
        load(save(**{name: X[:2] if name == "x_val" else Y[:2]}))


def test_a_truncated_file_is_an_error(save):
    path = save()
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DatasetError, match="is not a .npz file as numpy.savez writes it, or it is"):
        load(path)


def test_a_damaged_file_is_an_error(save):
    path = save()
    data = bytearray(path.read_bytes())
    data[200] ^= 255  # a pixel: the checksum of the zip file tells
    path.write_bytes(data)
    with pytest.raises(DatasetError, match="is damaged: .*Write or get it again"):
        load(path)


def test_a_single_array_is_not_such_a_file(tmp_path):
    np.save(tmp_path / "x.npy", X)
    with pytest.raises(DatasetError, match="is not a .npz file"):
        load(tmp_path / "x.npy")


@pytest.mark.parametrize("name", ["x_train", "y_train", "classes"])
def test_python_objects_are_never_unpickled(save, name):
    with pytest.raises(DatasetError, match=f"Array '{name}' of .* holds Python objects, which are"):
        load(save(**{name: np.array([{"a": 1}, "b", 3, 4, 5, 6], dtype=object)}))


@pytest.mark.parametrize("classes", [[1, 2, 3], [["a", "b", "c"]], ["a", "a", "b"]])
def test_classes_have_to_be_different_names(save, classes):
    with pytest.raises(DatasetError, match="expected the classes' names, each once"):
        load(save(classes=np.array(classes)))


# What is wrong with the images.


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (X / 255, r"x_train of .* is float64, expected uint8 of 0-255. Convert it: \(x \* 255\)"),
        (X.astype(np.float32), r"is float32, .*Convert it: x\.round\(\)\.astype\('uint8'\)"),
        (X.astype(np.int64), r"is int64, .*Convert it: x\.round\(\)\.astype\('uint8'\)"),
        (X / 127.5 - 1, "Its values go from -1 to 1: undo what was done to the pixels first"),
        (X.astype(np.int64) * 9, "Its values go from 0 to 2295: undo"),
        (X > 3, "is bool, expected uint8 of 0-255. Save the images as an array of whole numbers"),
        (X.astype(str), "expected uint8 of 0-255. Save the images as an array of whole numbers"),
    ],
)
def test_images_of_another_dtype_are_refused_with_how_to_convert_them(save, images, message):
    with pytest.raises(ArrayError, match=message):
        load(save(x_train=images))


@pytest.mark.parametrize(("value", "name"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_nan_and_infinity_are_named_with_their_place(save, value, name):
    images = X / 255
    images[4, 2, 1] = value
    with pytest.raises(ArrayError, match=rf"It has {name}, first at \(4, 2, 1\)"):
        load(save(x_train=images))


@pytest.mark.parametrize("shape", [(6, 64), (6, 8, 8, 2), (6, 8, 8, 3, 1), (0, 8, 8), (6, 0, 8)])
def test_images_of_another_shape_are_refused(save, shape):
    with pytest.raises(ArrayError, match=r"x_test of .*has shape .*expected \(images, height, wid"):
        load(save(x_test=np.zeros(shape, np.uint8)))


def test_a_single_label_for_all_images_is_refused(save):
    with pytest.raises(ArrayError, match="Labels are a single value"):
        load(save(y_train=np.array(0)))


def test_each_image_needs_a_label(save):
    with pytest.raises(ArrayError, match="There are 6 images and 5 labels"):
        load(save(y_train=Y[:5]))


# What is wrong with the labels.


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 1, 2, 0, 1, -1]),
        np.array([0, 1, 2, 0, 1, 1000]),
        np.array(list("abcabc")),
        np.eye(6),
        np.zeros((6, 1, 1)),
    ],
)
def test_training_labels_that_do_not_say_how_many_classes_there_are_are_refused(save, labels):
    with pytest.raises(LabelError, match="y_train of .*expected a class index of 0 or more"):
        load(save(y_train=labels))


@pytest.mark.parametrize(("value", "name"), [(np.nan, "NaN"), (-np.inf, "infinity")])
@pytest.mark.parametrize(("shape", "place"), [((6,), "3"), ((6, 1), r"\(3, 0\)")])
def test_a_label_that_is_no_number_is_named_with_its_place(save, value, name, shape, place):
    labels = Y.astype(float)
    labels[3:5] = value
    with pytest.raises(LabelError, match=f"y_train of .* has {name}, first at {place}, expected a"):
        load(save(y_train=labels.reshape(shape)))


def test_a_test_label_that_is_no_number_is_named_with_its_place(save):
    with pytest.raises(LabelError, match="Split 'test' .*Label nan of image 1 is no class"):
        load(save(y_test=np.array([0, np.nan, 1])))


def test_a_test_label_beyond_the_training_labels_is_out_of_range(save):
    with pytest.raises(LabelError, match="Split 'test' .*Label 3 of image 2 is out of range"):
        load(save(y_test=np.array([0, 1, 3])))


def test_a_label_beyond_the_names_is_out_of_range(save):
    with pytest.raises(LabelError, match="Split 'train' .*Label 2 of image 2 is out of range"):
        load(save(classes=["a", "b"]))


def test_labels_between_whole_numbers_are_no_classes(save):
    with pytest.raises(LabelError, match="expected one class index"):
        load(save(y_train=Y + 0.5))


def test_one_label_per_image_is_not_enough_for_a_multilabel_task(save):
    with pytest.raises(LabelError, match=r"y_train of .*expected \(images, classes\)"):
        load(save(), "multilabel")


def test_labels_for_a_multilabel_task_are_zeros_and_ones(save):
    labels = np.full((6, 2), 2)
    with pytest.raises(LabelError, match="A label is 2, expected 0 or 1"):
        load(save(y_train=labels, y_test=labels[:3]), "multilabel")


def test_three_classes_do_not_fit_a_binary_task(save):
    with pytest.raises(IncompatibleError, match="'npz' has 3 classes, but task 'binary' takes 2"):
        load(save(), "binary")
