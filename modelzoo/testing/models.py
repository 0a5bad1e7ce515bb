"""The checks of a model, in the order in which they run."""

from __future__ import annotations

from modelzoo.testing import (
    model_declarations,
    model_inference,
    model_storing,
    model_training,
)
from modelzoo.testing.check import as_checks
from modelzoo.testing.model_subject import ModelSubject

__all__ = ["MODEL_CHECKS", "ModelSubject"]

MODEL_CHECKS = as_checks(
    model_declarations.builds,
    model_declarations.tasks,
    model_declarations.default_shape,
    model_declarations.declared_features,
    model_declarations.declared_parameters,
    model_declarations.declared_mult_adds,
    model_declarations.min_size,
    model_declarations.channels,
    model_declarations.oblong,
    model_declarations.options,
    model_declarations.weights,
    model_inference.features,
    model_inference.images_matter,
    model_inference.batch_of_one,
    model_inference.images_independent,
    model_inference.inference_pure,
    model_inference.mixed_precision,
    model_inference.accelerated,
    model_storing.weights_saved,
    model_storing.config_restored,
    model_storing.exported,
    model_training.gradients,
    model_training.in_parts,
    model_training.same_seed,
    model_training.overfits,
)
