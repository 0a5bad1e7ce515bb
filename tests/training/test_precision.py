import keras
import numpy as np
import pytest

from modelzoo.training import Run
from modelzoo.training.precision import precision_policy


@pytest.mark.parametrize(
    ("precision", "compute"),
    [("auto", "float32"), ("float32", "float32"), ("mixed_bfloat16", "bfloat16")],
)
def test_layers_compute_in_the_precision_and_have_weights_of_float32(precision, compute):
    with precision_policy(precision):
        layer = keras.layers.Dense(1)
    layer.build((None, 2))
    assert layer.compute_dtype == compute
    assert {each.dtype for each in layer.weights} == {"float32"}


def test_keras_is_as_before_even_after_an_error():
    before = keras.config.dtype_policy()
    with pytest.raises(ZeroDivisionError), precision_policy("mixed_bfloat16"):
        raise ZeroDivisionError
    assert keras.config.dtype_policy() is before


@pytest.fixture
def keras_in_bfloat16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


class StopInSecondEpoch(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


@pytest.fixture
def begun_in_bfloat16(trainer, tmp_path, keras_in_bfloat16):
    """The folder of a training of the precision "auto" that did not come to its end."""
    with pytest.raises(KeyboardInterrupt):
        trainer(epochs=2).fit(run_dir=tmp_path / "run", callbacks=[StopInSecondEpoch()])
    return tmp_path / "run"


def test_a_run_keeps_the_precision_that_auto_meant_when_it_was_begun(begun_in_bfloat16):
    keras.config.set_dtype_policy("float32")
    run = Run(begun_in_bfloat16)
    assert (run.config.precision, run.info["precision"]) == ("auto", "mixed_bfloat16")
    model = run.build_model()
    assert model.get_layer("backbone").get_layer("conv_1").compute_dtype == "bfloat16"


def test_a_run_that_does_not_say_what_auto_meant_is_built_as_keras_is_set(begun_in_bfloat16):
    run = Run(begun_in_bfloat16)
    del run.info["precision"]
    keras.config.set_dtype_policy("float32")
    model = run.build_model()
    assert model.get_layer("backbone").get_layer("conv_1").compute_dtype == "float32"


def test_a_training_in_bfloat16_has_weights_losses_and_outputs_of_float32(trainer, tmp_path):
    before = keras.config.dtype_policy()
    run = trainer(precision="mixed_bfloat16").fit(run_dir=tmp_path / "run")
    assert keras.config.dtype_policy() is before
    assert run.info["config"]["precision"] == "mixed_bfloat16"
    assert {each.dtype for each in run.model.weights} == {"float32"}
    assert run.model.get_layer("backbone").get_layer("conv_1").compute_dtype == "bfloat16"
    outputs = run.model(np.zeros((2, *run.input_shape), np.uint8))
    assert outputs.dtype == "float32"
    assert np.allclose(np.sum(outputs, axis=1), 1.0, atol=1e-6)
    assert 0 < run.results["train_loss"] < 10
