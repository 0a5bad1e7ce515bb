"""Which features are the images and the labels."""

import pytest
import sets
import tensorflow_datasets as tfds
from modelzoo_tfds.features import choose_features

import modelzoo
from modelzoo.errors import DatasetError, OptionError


def chosen(name, task="multiclass", **options):
    options = {"image": None, "label": None, **options}
    return choose_features(tfds.builder(name).info, modelzoo.find("task", task).spec, **options)


def test_one_of_each_type_is_found():
    found = chosen("photos")
    assert (found.image, found.label, found.kind) == ("image", "label", "class")
    assert (found.classes, found.shape) == (("dark", "bright"), None)


def test_the_shape_is_known_where_it_is_always_the_same():
    assert chosen("digits").shape == (12, 12, 1)


def test_several_of_a_type_are_chosen_as_the_set_says():
    found = chosen("supervised")
    assert (found.image, found.label, found.classes) == ("left", "fine", ("0", "1", "2", "3"))


def test_several_of_a_type_are_chosen_as_the_user_says():
    found = chosen("supervised", image="views/right", label="coarse")
    assert (found.image, found.label, found.classes) == ("views/right", "coarse", sets.CLASSES)


def test_features_within_others_are_read(data_dir):
    dataset = modelzoo.load_dataset(
        "tfds/twofold", data_dir=data_dir, image="views/right", label="fine"
    )
    other = modelzoo.load_dataset("tfds/twofold", data_dir=data_dir, image="left", label="fine")
    assert dataset.splits["train"].labels.tolist() == other.splits["train"].labels.tolist()
    assert dataset.splits["train"].read(0) != other.splits["train"].read(0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, r"several features that are an image.*: left, views/right\. .* image='left'"),
        ({"image": "left"}, r"a class or several \(ClassLabel\): coarse, fine\. .* label=coarse"),
    ],
)
def test_several_that_nobody_has_chosen_from_are_listed(options, said):
    with pytest.raises(DatasetError, match=said):
        chosen("twofold", **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"image": "mask"}, "image='mask' is not one of the features of .*: left, views/right"),
        ({"image": "left", "label": "box"}, "label='box' is not one of .*: coarse, fine"),
    ],
)
def test_a_feature_of_another_type_is_refused(options, said):
    with pytest.raises(OptionError, match=said):
        chosen("twofold", **options)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("words", r"no feature that is an image.* text \(Text\), label \(ClassLabel\)"),
        ("boxes", r"no feature that is a class or several.* objects \(Sequence\)"),
        ("deep", "are uint16, expected uint8, 0 to 255.*image_folder"),
    ],
)
def test_a_set_for_something_else_is_refused(name, said):
    with pytest.raises(DatasetError, match=said):
        chosen(name)


def test_a_set_for_something_else_is_refused_before_it_is_downloaded(tmp_path, no_network):
    with pytest.raises(DatasetError, match="no feature that is an image"):
        modelzoo.load_dataset("tfds/titanic", data_dir=tmp_path)
