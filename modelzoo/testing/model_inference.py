"""Checks of what a model gives when it is not trained."""

from __future__ import annotations

import numpy as np

from modelzoo.registry import load_reference
from modelzoo.testing.check import skip
from modelzoo.testing.model_subject import ModelSubject, outputs
from modelzoo.testing.samples import probe_images
from modelzoo.testing.short_training import digest
from modelzoo.training.precision import precision_policy
from modelzoo.weights import finalize_layers


def features_finite(subject: ModelSubject) -> None:
    """Features are finite float32 vectors or maps for uint8 images, black and white ones too."""
    model = subject.model
    backbone = model.get_layer("backbone")
    rank = len(backbone.output_shape)
    assert rank in (2, 4), (
        f"features have shape {backbone.output_shape}, expected (batch, n) or "
        "(batch, height, width, n)"
    )
    images = probe_images(model.input_shape[1:])
    made = outputs(backbone, np.asarray(model.get_layer("rescale")(images)))
    assert made.dtype == np.float32, f"features are {made.dtype}, expected float32"
    for name, each in zip(("noise", "noise", "black", "white"), made, strict=True):
        assert np.isfinite(each).all(), f"features of an image of {name} are NaN or infinite"


def batch_of_one(subject: ModelSubject) -> None:
    """A single image can be given, and gives finite outputs for one."""
    model = subject.model
    made = outputs(model, probe_images(model.input_shape[1:])[:1])
    expected = (1, *model.output_shape[1:])
    assert made.shape == expected, f"outputs for one image have shape {made.shape}, not {expected}"
    assert np.isfinite(made).all(), "outputs for one image are NaN or infinite"


def images_independent(subject: ModelSubject) -> None:
    """Outputs for an image are the same alone and beside others."""
    model = subject.model
    assert model.input_shape[0] is None, f"it takes batches of {model.input_shape[0]} images only"
    images = probe_images(model.input_shape[1:])
    together = outputs(model, images)
    alone = np.concatenate([outputs(model, images[index : index + 1]) for index in range(4)])
    assert_close(alone, together, "outputs for an image alone and beside others")


def inference_pure(subject: ModelSubject) -> None:
    """Nothing in the model is changed by using it, and it gives the same again."""
    model = subject.model
    images = probe_images(model.input_shape[1:])
    before, first = digest(model.variables), outputs(model, images)
    assert np.array_equal(first, outputs(model, images)), "outputs for the same images differ"
    assert before == digest(model.variables), "its weights or statistics are changed by using it"


def mixed_precision(subject: ModelSubject) -> None:
    """In bfloat16 it gives float32 outputs that are near those of float32."""
    model = subject.model
    images = probe_images(model.input_shape[1:])
    with precision_policy("mixed_bfloat16"):
        mixed = subject.build(subject.task)
    take_weights(mixed, model)
    made, expected = outputs(mixed, images), outputs(model, images)
    assert made.dtype == np.float32, f"outputs are {made.dtype}, expected float32"
    assert np.isfinite(made).all(), "outputs are NaN or infinite"
    assert_close(made, expected, "outputs in bfloat16 and in float32", tolerance=0.1)


def accelerated(subject: ModelSubject) -> None:
    """The faster layers that it is given compute what those of its builder do."""
    task, shape = subject.task, subject.small_shape(subject.task)
    builder = load_reference(subject.spec.builder, needed_by=subject.title)
    ours = subject.model.get_layer("backbone")
    plain = builder(shape, **subject.spec.for_task(task.name).options)
    replaced = [
        each.name
        for each, other in zip(plain._flatten_layers(), ours._flatten_layers(), strict=True)
        if type(each) is not type(other)
    ]
    if not replaced:
        skip("no layer of it is replaced by a faster one")
    take_weights(plain, ours)
    images = np.asarray(subject.model.get_layer("rescale")(probe_images(shape)))
    assert_close(
        outputs(ours, images),
        outputs(plain, images),
        f"features with {len(replaced)} faster layers, such as {replaced[0]!r}, and without",
    )


def take_weights(model, other) -> None:  # type: ignore[no-untyped-def]
    """Give a model the weights of another build of it."""
    for variable, value in zip(model.variables, other.variables, strict=True):
        variable.assign(value)
    finalize_layers(model)


def assert_close(found, expected, what: str, *, tolerance: float = 1e-4) -> None:  # type: ignore
    """Raise where two arrays differ by more than a share of the largest value, or of 1."""
    difference = float(np.abs(found.astype(np.float64) - expected).max())
    allowed = tolerance * max(1.0, float(np.abs(expected).max()))
    assert difference <= allowed, (
        f"{what} differ by up to {difference:.3g}, allowed are {allowed:.3g}"
    )
