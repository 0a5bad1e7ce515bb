"""Models that are built as a preset's own files say."""

import json

import pytest

import modelzoo
from modelzoo.errors import OptionError, UnknownNameError


def test_the_classifier_s_layers_are_there_where_the_preset_has_some(preset, theirs):
    model = modelzoo.get(
        "keras_hub/preset", preset=str(preset("mobilenet")), input_shape=(64, 64, 3)
    )
    assert model.output_shape == (None, 12)


def test_a_preset_of_a_backbone_alone_gives_its_own_features(theirs, tmp_path):
    theirs("mobilenet").backbone.save_to_preset(str(tmp_path))
    model = modelzoo.get("keras_hub/preset", preset=str(tmp_path), input_shape=(64, 64, 3))
    assert model.output_shape == (None, 8, 8, 24)


def test_the_backbone_s_own_features_can_be_asked_for(preset):
    model = modelzoo.get(
        "keras_hub/preset",
        preset=str(preset("vgg")),
        weights=preset("vgg"),
        classifier=None,
        input_shape=(64, 64, 3),
    )
    assert model.output_shape == (None, 2, 2, 2)


def test_another_classifier_can_be_asked_for(preset):
    model = modelzoo.get(
        "keras_hub/preset",
        preset=str(preset("mobilenet")),
        classifier={"num_features": 7},
        input_shape=(64, 64, 3),
    )
    assert model.output_shape == (None, 7)


@pytest.mark.parametrize("options", [{}, {"preset": ""}, {"preset": 3}])
def test_without_a_folder_the_error_says_how_to_give_it(options):
    said = "expected the path of a folder .* preset='FOLDER', or --model-option preset=FOLDER"
    with pytest.raises(OptionError, match=said):
        modelzoo.get("keras_hub/preset", **options)


def test_a_folder_that_is_no_preset_is_refused(tmp_path):
    with pytest.raises(OptionError, match="is no preset of KerasHub"):
        modelzoo.get("keras_hub/preset", preset=str(tmp_path))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nothing/there", "there is no such folder"),
        ("~/nothing_there", "there is no such folder"),
        ("a_file", "it is a file"),
    ],
)
def test_a_path_that_is_no_folder_is_told_what_a_preset_holds(path, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a_file").touch()
    said = rf"{path.strip('~')} is no preset .*: {reason}\. .* config.json and model.weights.h5"
    with pytest.raises(OptionError, match=said):
        modelzoo.get("keras_hub/preset", preset=path)


def test_a_folder_that_could_be_a_name_is_told_to_be_neither():
    said = "has no preset 'mine', and there is no folder of that name"
    with pytest.raises(UnknownNameError, match=said):
        modelzoo.get("keras_hub/preset", preset="mine")


def test_an_argument_that_this_library_does_not_have_is_refused(theirs, tmp_path):
    theirs("resnet").backbone.save_to_preset(str(tmp_path))
    file = tmp_path / "config.json"
    described = json.loads(file.read_text())
    described["config"]["invented_later"] = 1
    file.write_text(json.dumps(described))
    with pytest.raises(OptionError, match="ResNetBackbone of KerasHub has no argument"):
        modelzoo.get("keras_hub/preset", preset=str(tmp_path))
