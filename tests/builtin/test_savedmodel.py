"""SavedModel: what is written is the model, for plain TensorFlow."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.errors import ExportError
from modelzoo.inference import export_model

TASKS = ("binary", "multiclass", "multilabel", "regression")

# Neither Keras nor this package can be imported there.
SERVE = """
import sys
sys.modules["keras"] = sys.modules["modelzoo"] = None
import numpy as np
import tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
(name, spec), = serve.structured_input_signature[1].items()
assert spec.dtype == tf.uint8 and spec.shape[0] is None, spec
outputs, = serve(**{name: tf.constant(np.load(sys.argv[2]))}).values()
np.save(sys.argv[3], outputs.numpy())
"""


def images_for(model, n):
    return np.random.default_rng(7).integers(0, 256, (n, *model.input_shape[1:]), np.uint8)


def served(folder, images, tmp_path):
    """The outputs that another process with TensorFlow alone gets from the folder."""
    np.save(tmp_path / "images.npy", images)
    done = subprocess.run(
        [sys.executable, "-c", SERVE, folder, tmp_path / "images.npy", tmp_path / "outputs.npy"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    return np.load(tmp_path / "outputs.npy")


def with_dropout_and_batch_norm():
    images = keras.Input((16, 16, 3), dtype="uint8", name="images")
    x = keras.layers.Rescaling(1 / 255)(images)
    x = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3)(x))
    x = keras.layers.Dropout(0.5)(keras.layers.Flatten()(x))
    model = keras.Model(images, keras.layers.Dense(3, activation="softmax")(x))
    # Moving averages as after a training, so that they can't be mistaken for a batch's own.
    random = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 2, each.shape) for each in layer.get_weights()])
    return model


@pytest.mark.parametrize("task", TASKS)
def test_every_task_exports(task, tmp_path):
    model = modelzoo.get("mobilenet_v1_mini", task=task, num_classes=2, input_shape=(32, 32, 3))
    assert (export_model(model, "savedmodel", tmp_path / "a") / "saved_model.pb").is_file()


def test_serves_the_same_without_keras_and_without_this_package(tmp_path):
    model = modelzoo.get("mobilenet_v1_mini", task="multiclass", num_classes=4)
    folder = export_model(model, "savedmodel", tmp_path / "a")
    images = images_for(model, 5)
    outputs = served(folder, images, tmp_path)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, np.asarray(model(images, training=False)), atol=1e-5)


def test_batch_norm_and_dropout_serve_as_in_inference(tmp_path):
    model = with_dropout_and_batch_norm()
    folder = export_model(model, "savedmodel", tmp_path / "a")
    images = images_for(model, 2)
    outputs = served(folder, images, tmp_path)
    np.testing.assert_allclose(outputs, np.asarray(model(images, training=False)), atol=1e-5)


def test_mobilenet_with_its_batch_norms_exports(tmp_path):
    model = modelzoo.get(
        "mobilenet_v1_025_128", task="multiclass", num_classes=3, input_shape=(32, 32, 3)
    )
    assert export_model(model, "savedmodel", tmp_path / "a").is_dir()


def test_bare_backbone_exports_its_features(tmp_path):
    model = modelzoo.get("mobilenet_v1_mini", input_shape=(32, 32, 3))
    assert export_model(model, "savedmodel", tmp_path / "a").is_dir()


def test_model_is_not_changed_by_it(tmp_path):
    model = with_dropout_and_batch_norm()
    images, before = images_for(model, 2), model.get_weights()
    expected = np.asarray(model(images, training=False))
    export_model(model, "savedmodel", tmp_path / "a")
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(np.asarray(model(images, training=False)), expected)


def test_nothing_is_printed(tmp_path, capfd):
    export_model(with_dropout_and_batch_norm(), "savedmodel", tmp_path / "a")
    assert capfd.readouterr().out == ""


def test_earlier_export_is_replaced(tmp_path):
    model = with_dropout_and_batch_norm()
    export_model(model, "savedmodel", tmp_path / "a")
    model.set_weights([each * 0.5 for each in model.get_weights()])
    folder = export_model(model, "savedmodel", tmp_path / "a")
    images = images_for(model, 2)
    outputs = served(folder, images, tmp_path)
    np.testing.assert_allclose(outputs, np.asarray(model(images, training=False)), atol=1e-5)
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == ["a"]


def test_other_folder_is_not_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter.txt").write_text("dear")
    with pytest.raises(ExportError, match="is not a savedmodel export"):
        export_model(with_dropout_and_batch_norm(), "savedmodel", tmp_path / "a")
    assert (tmp_path / "a" / "letter.txt").read_text() == "dear"
