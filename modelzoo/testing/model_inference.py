"""Checks of what a model gives when it is not trained."""

from __future__ import annotations

import numpy as np

from modelzoo.registry import load_reference
from modelzoo.testing.check import skip
from modelzoo.testing.closeness import assert_close, assert_relatively_close, spread
from modelzoo.testing.model_calls import logits_of, outputs
from modelzoo.testing.model_subject import ModelSubject
from modelzoo.testing.model_weights import take_weights
from modelzoo.testing.short_training import digest
from modelzoo.training.precision import precision_policy

# Of the largest logit; 5 % were seen in keras.applications (Inception-v3).
_BFLOAT16_TOLERANCE = 0.2
# Of the root mean square of features; keras.applications' were 1e-3 and more (ConvNeXt).
_LEAST_SPREAD = 1e-5


def features(subject: ModelSubject) -> None:
    """Features are finite float32 vectors or maps, for black and white images, too."""
    model = subject.model
    backbone = model.get_layer("backbone")
    assert len(backbone.output_shape) in (2, 4), (
        f"features have shape {backbone.output_shape}, expected vectors (batch, n) or maps "
        "(batch, height, width, n)"
    )
    made = outputs(backbone, np.asarray(model.get_layer("rescale")(subject.images)))
    assert made.dtype == np.float32, f"features are {made.dtype}, expected float32"
    for name, each in zip(("black", "white", *["noise"] * 6), made, strict=True):
        assert np.isfinite(each).all(), f"features of an image of {name} are NaN or infinite"


def images_matter(subject: ModelSubject) -> None:
    """Different images have different features."""
    made = subject.logits
    largest = float(np.abs(made).max())
    assert spread(made) > _LEAST_SPREAD * largest, (
        f"logits differ by {spread(made):.3g} from image to image, and are up to {largest:.3g}: "
        "the model does not look at its images, or scale and offset make them all the same to it"
    )


def batch_of_one(subject: ModelSubject) -> None:
    """A single image gives finite outputs for one."""
    made = outputs(subject.model, subject.images[:1])
    expected = (1, *subject.model.output_shape[1:])
    assert made.shape == expected, f"outputs for one image have shape {made.shape}, not {expected}"
    assert np.isfinite(made).all(), "outputs for one image are NaN or infinite"


def images_independent(subject: ModelSubject) -> None:
    """Outputs for an image are the same alone and beside others."""
    model, batch = logits_of(subject.model), subject.model.get_layer("backbone").input_shape[0]
    assert batch is None, (
        f"its builder makes a network for batches of {batch} images: use keras.Input(input_shape)"
    )
    alone = np.concatenate([outputs(model, each[None]) for each in subject.images])
    assert_close(alone, subject.logits, "logits of images alone and beside others")


def inference_pure(subject: ModelSubject) -> None:
    """Nothing in the model is changed by using it, and it gives the same again."""
    model, images = subject.model, subject.images
    before, first = digest(model.variables), outputs(model, images)
    again, after = outputs(model, images), digest(model.variables)
    assert np.array_equal(first, again), "outputs for the same images differ from call to call"
    assert before == after, "its weights or statistics are changed by using it"


def mixed_precision(subject: ModelSubject) -> None:
    """In bfloat16 it gives finite outputs, and logits near those of float32."""
    images = subject.images
    # As they are built: with other weights, rounding grows from layer to layer.
    model = subject.build(subject.task)
    with precision_policy("mixed_bfloat16"):
        mixed = subject.build(subject.task)
    take_weights(mixed, model)
    assert np.isfinite(outputs(mixed, images)).all(), "outputs are NaN or infinite"
    assert_relatively_close(
        outputs(logits_of(mixed), images).astype(np.float32),
        outputs(logits_of(model), images),
        "logits in bfloat16 and in float32",
        tolerance=_BFLOAT16_TOLERANCE,
    )


def accelerated(subject: ModelSubject) -> None:
    """The faster layers that it is given compute what those of its builder do."""
    task, shape = subject.task, subject.small_shape(subject.task)
    ours = subject.model.get_layer("backbone")
    builder = load_reference(subject.spec.builder, needed_by=subject.title)
    plain = builder(shape, **subject.spec.for_task(task.name).options)
    replaced = [
        each.name
        for each, other in zip(plain._flatten_layers(), ours._flatten_layers(), strict=True)
        if type(each) is not type(other)
    ]
    if not replaced:
        skip("no layer of it is replaced by a faster one")
    take_weights(plain, ours)
    scaled = np.asarray(subject.model.get_layer("rescale")(subject.images))
    assert_close(
        outputs(ours, scaled),
        outputs(plain, scaled),
        f"features with {len(replaced)} faster layers, such as {replaced[0]!r}, and without",
    )
