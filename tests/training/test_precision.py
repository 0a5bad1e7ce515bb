import keras
import numpy as np
import pytest

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
