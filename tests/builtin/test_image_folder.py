import numpy as np
import pytest
from PIL import Image

from modelzoo.data import load_dataset
from modelzoo.errors import BadImageError, DatasetError, IncompatibleError


def put_images(folder, *names):
    """Real images of these names below a folder, each with a colour of its own."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (8, 8), (number * 10, 255 - number * 10, 0))
        image.save(path, format={"jpg": "jpeg"}.get(path.suffix[1:].lower()))


def names_of(split):
    return [path.name for path in split.paths]


@pytest.mark.parametrize(
    ("train", "val", "test"),
    [
        ("training_set", "validation_set", "test_set"),
        ("train", "val", "test"),
        ("train", "valid", "test"),
        ("training", "validation", "testing"),
        ("Train", "VAL", "Test"),
    ],
)
def test_splits_are_found_by_the_names_of_their_folders(tmp_path, train, val, test):
    for folder, stem in ((train, "a"), (val, "b"), (test, "c")):
        put_images(tmp_path / folder, f"ant/{stem}.png", f"bee/{stem}.png")
    splits = load_dataset("image_folder", data_dir=tmp_path).splits
    assert {name: names_of(split) for name, split in splits.items()} == {
        "train": ["a.png", "a.png"],
        "val": ["b.png", "b.png"],
        "test": ["c.png", "c.png"],
    }


def test_class_folders_alone_are_all_for_training(tmp_path):
    put_images(tmp_path, "ant/1.png", "bee/1.png")
    assert list(load_dataset("image_folder", data_dir=tmp_path).splits) == ["train"]


def test_a_class_may_be_called_test(tmp_path):
    put_images(tmp_path, "exam/1.png", "test/1.png")
    assert load_dataset("image_folder", data_dir=tmp_path).classes == ("exam", "test")


def test_a_class_may_be_called_train(tmp_path):
    put_images(tmp_path, "car/1.png", "plane/1.png", "train/1.png")
    dataset = load_dataset("image_folder", data_dir=tmp_path)
    assert list(dataset.splits) == ["train"]
    assert dataset.classes == ("car", "plane", "train")


def test_images_beside_the_folders_of_the_splits_are_named_in_a_warning(tmp_path):
    put_images(tmp_path, "train/ant/1.png", "train/bee/1.png", "extra/ant/1.png")
    (tmp_path / "notes").mkdir()
    with pytest.warns(UserWarning, match=rf"{tmp_path} has splits, so 'extra' is passed over"):
        dataset = load_dataset("image_folder", data_dir=tmp_path)
    assert len(dataset.splits["train"]) == 2


def test_folders_without_images_beside_those_of_the_splits_are_passed_over(tmp_path, recwarn):
    put_images(tmp_path, "train/ant/1.png", "train/bee/1.png")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "1.txt").write_text("insects")
    load_dataset("image_folder", data_dir=tmp_path)
    assert not recwarn.list


def test_images_side_by_side_in_train_are_no_class_where_all_else_are_splits(tmp_path):
    put_images(tmp_path, "train/1.png", "test/ant/1.png", "test/bee/1.png")
    assert "its 1 images lie side by side" in refused(tmp_path)


def test_classes_and_files_are_in_the_order_of_their_names(tmp_path):
    put_images(tmp_path, "wasp/2.png", "wasp/1.png", "ant/3.png", "bee/x.png")
    dataset = load_dataset("image_folder", data_dir=tmp_path)
    assert dataset.classes == ("ant", "bee", "wasp")
    assert names_of(dataset.splits["train"]) == ["3.png", "x.png", "1.png", "2.png"]
    np.testing.assert_array_equal(dataset.splits["train"].labels, [0, 1, 2, 2])


@pytest.mark.parametrize("ending", ["jpg", "jpeg", "JPEG", "png", "Png", "bmp", "gif", "webp"])
def test_images_are_known_by_their_ending_in_upper_and_lower_case(tmp_path, ending):
    put_images(tmp_path, f"ant/1.{ending}", f"bee/1.{ending}")
    assert len(load_dataset("image_folder", data_dir=tmp_path).splits["train"]) == 2


def test_hidden_files_and_what_is_no_image_are_passed_over(tmp_path):
    put_images(tmp_path, "ant/1.png", "bee/1.png", "ant/._1.png", "bee/.cache/1.png", ".git/1.png")
    put_images(tmp_path, "__MACOSX/ant/1.png")
    (tmp_path / "ant" / "Thumbs.db").write_bytes(b"\0")
    (tmp_path / "readme.txt").write_text("insects")
    dataset = load_dataset("image_folder", data_dir=tmp_path)
    assert dataset.classes == ("ant", "bee")
    assert names_of(dataset.splits["train"]) == ["1.png", "1.png"]


def test_images_in_folders_within_a_class_folder_belong_to_the_class(tmp_path):
    put_images(tmp_path, "ant/red/1.png", "ant/2.png", "bee/1.png")
    labels = load_dataset("image_folder", data_dir=tmp_path).splits["train"].labels
    assert labels.tolist() == [0, 0, 1]


def test_folders_that_were_packed_twice_are_unwrapped(tmp_path):
    for part in ("training_set/training_set", "test_set/test_set"):
        put_images(tmp_path / part, "cats/1.png", "dogs/1.png")
    dataset = load_dataset("image_folder", data_dir=tmp_path)
    assert dataset.classes == ("cats", "dogs")
    assert set(dataset.splits) == {"train", "test"}


def refused(folder):
    with pytest.raises(DatasetError) as error:
        load_dataset("image_folder", data_dir=folder)
    return str(error.value)


def test_no_folder_is_named(tmp_path):
    with pytest.raises(DatasetError, match="has to be told where the data are: data_dir='PATH'"):
        load_dataset("image_folder")


def test_a_missing_folder_is_an_error(tmp_path):
    assert refused(tmp_path / "nowhere").startswith(f"There is no folder {tmp_path}/nowhere. Give")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "images.zip").write_bytes(b"PK")
    assert "images.zip is a file, expected a folder" in refused(tmp_path / "images.zip")


def test_an_empty_folder_is_an_error(tmp_path):
    assert refused(tmp_path) == f"No images in {tmp_path}: it has nothing in it."


def test_empty_class_folders_alone_are_an_error(tmp_path):
    (tmp_path / "ant").mkdir()
    (tmp_path / "bee").mkdir()
    expected = f"No images in {tmp_path}: it has only the empty 'ant', 'bee'."
    assert refused(tmp_path) == expected


def test_files_that_are_no_images_are_counted_in_the_error(tmp_path):
    for name in ("ant/1.txt", "ant/2.txt", "bee/1.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("no image")
    assert refused(tmp_path) == (
        f"No images in {tmp_path}: found 3 files (2 with .txt, 1 with .csv), expected images "
        "(.bmp, .gif, .jpeg, .jpg, .png, .webp)."
    )


def test_images_without_class_folders_are_an_error_that_says_so(tmp_path):
    put_images(tmp_path, "1.png", "2.png")
    assert "its 2 images lie side by side, expected a sub-folder for each class" in refused(
        tmp_path
    )


def test_one_class_is_an_error(tmp_path):
    put_images(tmp_path, "ant/1.png", "ant/2.png")
    assert f"{tmp_path} has one class, 'ant' (2 images), expected at least two" in refused(tmp_path)


def test_a_class_folder_without_images_is_an_error(tmp_path):
    put_images(tmp_path, "ant/1.png", "bee/1.png")
    (tmp_path / "wasp").mkdir()
    assert f"Class folder {tmp_path / 'wasp'} has no images: it has nothing in it." in refused(
        tmp_path
    )


def test_splits_with_other_classes_are_an_error(tmp_path):
    put_images(tmp_path / "train", "ant/1.png", "bee/1.png", "wasp/1.png")
    put_images(tmp_path / "test", "ant/1.png", "fly/1.png")
    assert (
        f"only {tmp_path / 'train'} has 'bee', 'wasp'; only {tmp_path / 'test'} has 'fly'"
        in refused(tmp_path)
    )


def test_a_test_part_alone_is_an_error(tmp_path):
    put_images(tmp_path / "test", "ant/1.png", "bee/1.png")
    assert "has 'test', but no images to train on" in refused(tmp_path)


def test_two_folders_for_one_split_are_an_error(tmp_path):
    put_images(tmp_path / "val", "ant/1.png", "bee/1.png")
    put_images(tmp_path / "valid", "ant/1.png", "bee/1.png")
    assert "two folders for one split: 'val' and 'valid'" in refused(tmp_path)


def test_three_classes_do_not_fit_a_binary_task(tmp_path):
    put_images(tmp_path, "ant/1.png", "bee/1.png", "wasp/1.png")
    with pytest.raises(IncompatibleError, match="'image_folder' has 3 classes, but task 'binary'"):
        load_dataset("image_folder", task="binary", data_dir=tmp_path)


def test_a_text_named_jpg_is_found_when_it_is_decoded(tmp_path, cache):
    from modelzoo.data.prepare import prepare

    put_images(tmp_path, "ant/1.jpg", "bee/1.jpg")
    (tmp_path / "bee" / "2.jpg").write_text("no image at all")
    dataset = load_dataset("image_folder", data_dir=tmp_path)
    with pytest.raises(BadImageError, match=r"bee/2\.jpg"):
        prepare(dataset.splits["train"], (8, 8, 3))
