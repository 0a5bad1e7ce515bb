"""Weights of ours: what is saved comes back, and what a damaged file gets."""

import json

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import modelzoo
from modelzoo.errors import StorageError, WeightsError
from modelzoo.weights import (
    assign_tensors,
    load_named_weights,
    read_tensors,
    read_weights,
    save_weights,
    tensors_of,
    write_tensors,
)

DROPOUT = {"task": "binary", "alpha": 0.25, "input_shape": (32, 32, 3)}


def small_model():
    """A model none of whose layers has a name of its own."""
    images = keras.Input((4, 4, 1))
    x = keras.layers.Conv2D(3, 3)(images)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dense(3)(keras.layers.Dropout(0.5)(keras.layers.Flatten()(x)))
    x = keras.layers.Dense(3)(keras.layers.Dense(3)(x))
    model = keras.Model(images, x)
    generator = np.random.default_rng()
    model.set_weights([generator.random(each.shape) for each in model.get_weights()])
    return model


@pytest.fixture
def saved(tmp_path):
    """A folder with a model's weights, and the model."""
    model = small_model()
    save_weights(tmp_path, model, {"model": "small"})
    return tmp_path, model


def same(first, second):
    return len(first.variables) == len(second.variables) and all(
        np.array_equal(np.asarray(a), np.asarray(b))
        for a, b in zip(first.variables, second.variables, strict=True)
    )


def refused(path, model=None):
    """The message with which the file is refused; the model is as it was."""
    model = model or small_model()
    before = [np.asarray(each) for each in model.variables]
    with pytest.raises(WeightsError) as raised:
        read_weights(path, model)
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))
    return str(raised.value)


@pytest.mark.parametrize("name", ["", "weights.safetensors"])
def test_saved_weights_come_back_from_folder_and_file(saved, name):
    folder, model = saved
    other = small_model()
    read_weights(folder / name, other)
    assert same(model, other)


def test_dropouts_random_state_comes_back_too(tmp_path):
    model = modelzoo.get("mobilenet_v1", **DROPOUT)
    model(np.zeros((1, 32, 32, 3), np.uint8), training=True)
    save_weights(tmp_path, model, {})
    other = modelzoo.get("mobilenet_v1", **DROPOUT)
    read_weights(tmp_path, other)
    assert same(model, other)


def test_get_takes_the_path_of_weights(tmp_path):
    model = modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(16, 16, 1))
    save_weights(tmp_path, model, {})
    other = modelzoo.get(
        "mobilenet_v1_mini", task="binary", input_shape=(16, 16, 1), weights=tmp_path
    )
    assert same(model, other)


def test_a_home_folder_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    model = modelzoo.get("mobilenet_v1_mini", input_shape=(16, 16, 1))
    save_weights(tmp_path, model, {})
    other = modelzoo.get("mobilenet_v1_mini", input_shape=(16, 16, 1), weights="~")
    assert same(model, other)


def test_the_description_is_readable_beside_the_weights(saved):
    described = json.loads((saved[0] / "weights.json").read_text())
    assert described["model"] == "small"
    assert sorted(path.name for path in saved[0].iterdir()) == [
        "weights.json",
        "weights.safetensors",
    ]


def test_a_missing_weights_file_is_refused(saved):
    path = saved[0] / "weights.safetensors"
    path.unlink()
    assert refused(saved[0]) == (
        f"{path} can't be read: No such file or directory. Restore it from where it was copied."
    )


def test_a_missing_description_is_refused(saved):
    path = saved[0] / "weights.json"
    path.unlink()
    assert refused(saved[0]) == (
        f"{path} can't be read: No such file or directory. Weights are two files, "
        "weights.safetensors and weights.json, side by side."
    )


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_weights_file_is_refused(saved, share):
    path = saved[0] / "weights.safetensors"
    data = path.read_bytes()
    kept = data[: int(share * len(data))]
    path.write_bytes(kept)
    assert refused(saved[0]) == (
        f"{path} ({len(kept)} bytes) is not the file that was written: its SHA-256 differs. "
        "It is truncated or was altered; restore it from where it was copied."
    )


def test_one_altered_bit_is_refused(saved):
    path = saved[0] / "weights.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert "its SHA-256 differs" in refused(saved[0])


@pytest.mark.parametrize("text", [b"", b"{", b"\x00", b"\xff\xfe\x80"])
def test_a_description_that_is_no_json_is_refused(saved, text):
    path = saved[0] / "weights.json"
    path.write_bytes(text)
    message = refused(saved[0])
    assert message.startswith(f"{path} is damaged: it can't be read as JSON (")
    assert message.endswith("). Restore it from where it was copied.")


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": 1}', '{"sha256": "0"}'])
def test_a_description_without_format_or_hash_is_refused(saved, text):
    path = saved[0] / "weights.json"
    path.write_text(text)
    assert refused(saved[0]) == (
        f"{path} is damaged: it does not say its format and the hash of the weights. "
        "Restore it from where it was copied."
    )


def test_weights_of_a_later_format_are_refused(saved):
    path = saved[0] / "weights.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
    assert refused(saved[0]) == (f"{path} has format 2, this version reads 1. Update tf-modelzoo.")


def test_a_file_that_is_not_safetensors_is_refused(tmp_path):
    import hashlib

    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"not safetensors at all")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(WeightsError, match="is not a safetensors file"):
        read_tensors(path, sha256=digest)


def test_weights_that_lack_a_layer_are_refused(saved):
    folder, _ = saved
    images = keras.Input((4, 4, 1))
    x = keras.layers.Conv2D(3, 3, name="stem")(images)
    assert refused(folder, keras.Model(images, x)).startswith(
        f"{folder / 'weights.safetensors'} does not belong to this model: it has "
    )


def test_weights_without_the_head_of_the_model_are_refused(tmp_path):
    save_weights(tmp_path, modelzoo.get("mobilenet_v1_mini", input_shape=(16, 16, 1)), {})
    model = modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(16, 16, 1))
    assert refused(tmp_path, model) == (
        f"{tmp_path / 'weights.safetensors'} does not belong to this model: it has no "
        "'logits/bias' (8 tensors, expected 10). Use the model it was saved from."
    )


def test_weights_of_another_shape_are_refused(tmp_path):
    options = {"task": "multilabel", "input_shape": (16, 16, 1)}
    save_weights(tmp_path, modelzoo.get("mobilenet_v1_mini", num_classes=3, **options), {})
    model = modelzoo.get("mobilenet_v1_mini", num_classes=4, **options)
    assert refused(tmp_path, model) == (
        f"{tmp_path / 'weights.safetensors'} does not belong to this model: "
        "'logits/kernel' has shape (128, 3), expected (128, 4). Use the model it was saved from."
    )


def test_a_file_that_the_model_has_no_reader_for_is_refused(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"1234")
    with pytest.raises(WeightsError) as raised:
        modelzoo.get("mobilenet_v1_mini", weights=path)
    assert str(raised.value) == (
        f"{path} can't be loaded into 'mobilenet_v1_mini', which has no published weights. "
        "Expected a run folder or a weights.safetensors."
    )


@pytest.mark.parametrize("weights", [3, True, b"imagenet", ["imagenet"]])
def test_weights_are_named_by_text_or_path(weights):
    with pytest.raises(WeightsError) as raised:
        modelzoo.get("mobilenet_v1_mini", input_shape=(16, 16, 1), weights=weights)
    assert str(raised.value) == f"weights is {weights!r}, expected a name or a path."


def test_a_folder_that_can_not_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(StorageError, match="can't be written"):
        save_weights(tmp_path / "nowhere", small_model(), {})
    assert list(tmp_path.iterdir()) == []


def test_layers_that_keras_numbers_are_told_apart_by_their_order():
    saved, other = small_model(), small_model()
    assert {v.path for v in saved.variables} != {v.path for v in other.variables}
    assign_tensors(other.variables, tensors_of(saved.variables), source="the other model")
    assert same(saved, other)


def variables_at(*paths):
    """A number at each path, in their order."""
    made = []
    for value, path in enumerate(paths):
        block, layer, name = path.split("/")
        with keras.name_scope(block), keras.name_scope(layer):
            made.append(keras.Variable(float(value), name=name))
    return made


def test_the_first_layer_which_has_no_number_comes_before_the_numbered_ones():
    """Also where a layer within it has a larger number than the second layer."""
    saved = variables_at("block/dense_2/bias", "block_1/dense_4/bias", "block_2/dense_6/bias")
    other = variables_at("block_3/dense_8/bias", "block_4/dense_10/bias", "block_5/dense_12/bias")
    for variable in other:
        variable.assign(9)
    assign_tensors(other, tensors_of(saved), source="the saved ones")
    assert [float(each.numpy()) for each in other] == [0, 1, 2]


def test_variables_of_one_path_are_told_apart():
    variables = [keras.Variable(np.full(2, i, np.float32), name="twin") for i in range(12)]
    tensors = tensors_of(variables)
    for variable in variables:
        variable.assign(np.zeros(2))
    assign_tensors(variables, tensors, source="the twins")
    assert [float(each.numpy()[0]) for each in variables] == list(range(12))


arrays = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.tuples(
        st.sampled_from(["float32", "float64", "int64", "uint32", "uint8", "bool"]),
        st.lists(st.integers(0, 3), max_size=3),
    ),
    max_size=4,
)


@given(described=arrays)
def test_arrays_of_any_shape_and_type_survive_the_file(described, tmp_path_factory):
    generator = np.random.default_rng(0)
    tensors = {
        name: (9 * generator.random(shape)).astype(dtype)
        for name, (dtype, shape) in described.items()
    }
    path = tmp_path_factory.mktemp("tensors") / "file.safetensors"
    back = read_tensors(path, sha256=write_tensors(path, tensors))
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype
        np.testing.assert_array_equal(back[name], tensor)


def test_a_scalar_is_read_as_a_scalar(tmp_path):
    digest = write_tensors(tmp_path / "a.safetensors", {"count": np.array(3)})
    assert read_tensors(tmp_path / "a.safetensors", sha256=digest)["count"].shape == ()


MINI = {"name": "mobilenet_v1_mini", "input_shape": (16, 16, 1)}


@pytest.mark.parametrize(
    ("saved_head", "wanted_head"),
    [
        ({"task": "multiclass", "num_classes": 3}, {"task": "multiclass", "num_classes": 5}),
        ({"task": "multiclass", "num_classes": 3}, {"task": "binary"}),
        ({"task": "multiclass", "num_classes": 3}, {}),
        ({}, {"task": "binary"}),
    ],
)
@pytest.mark.parametrize("name", ["", "weights.safetensors"])
def test_get_takes_over_the_backbone_where_only_the_head_differs(
    tmp_path, saved_head, wanted_head, name
):
    # Both heads on one kind of backbone, whatever it is that the task would change of it.
    options = {"filters": (4,), "hidden_units": 8, "padding": "same"}
    model = modelzoo.get(**MINI, **saved_head, **options)
    save_weights(tmp_path, model, {})
    other = modelzoo.get(**MINI, **wanted_head, **options, weights=tmp_path / name)
    assert same(model.get_layer("backbone"), other.get_layer("backbone"))


def test_a_head_that_fits_in_part_is_left_as_it_is(tmp_path):
    model = modelzoo.get(**MINI, task="binary")
    tensors = tensors_of(model.variables)
    del tensors["logits/bias"]
    digest = write_tensors(tmp_path / "weights.safetensors", tensors)
    (tmp_path / "weights.json").write_text(json.dumps({"format": 1, "sha256": digest}))
    other = modelzoo.get(**MINI, task="binary", weights=tmp_path)
    assert same(model.get_layer("backbone"), other.get_layer("backbone"))
    assert not np.array_equal(
        model.get_layer("logits").kernel.numpy(), other.get_layer("logits").kernel.numpy()
    )


@pytest.mark.parametrize(
    "options",
    [{"hidden_units": 7}, {"filters": (4, 4)}, {"filters": (5,)}, {"input_shape": (16, 16, 3)}],
)
@pytest.mark.parametrize("head", [{}, {"task": "binary"}, {"task": "multiclass"}])
def test_weights_of_another_backbone_are_refused_whatever_the_head(tmp_path, options, head):
    ours = {**MINI, "filters": (4,), "hidden_units": 8, "padding": "same"}
    save_weights(tmp_path, modelzoo.get(**{**ours, **options}, task="binary"), {})
    model = modelzoo.get(**ours, **head)
    before = [np.asarray(each) for each in model.variables]
    with pytest.raises(WeightsError, match="does not belong to this model"):
        load_named_weights(model, tmp_path, spec=modelzoo.find("model", MINI["name"]).spec)
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))


def test_weights_of_a_deeper_network_are_refused(tmp_path):
    small = {"alpha": 0.25, "input_shape": (32, 32, 3)}
    save_weights(tmp_path, modelzoo.get("mobilenet_v1", **small, task="binary"), {})
    with pytest.raises(WeightsError, match="does not belong to this model"):
        modelzoo.get("mobilenet_v1_shallow", **small, weights=tmp_path)
