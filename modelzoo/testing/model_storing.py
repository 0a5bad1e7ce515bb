"""Checks that a model can be written down and comes back the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import keras

from modelzoo.errors import MissingLibraryError
from modelzoo.inference.exporting import export_with
from modelzoo.registry import list_entries
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION
from modelzoo.testing.check import skip
from modelzoo.testing.closeness import assert_close
from modelzoo.testing.model_calls import logits_of, outputs
from modelzoo.testing.model_subject import ModelSubject
from modelzoo.testing.model_weights import take_weights, unit_logits
from modelzoo.testing.short_training import digest
from modelzoo.weights import read_weights, save_weights


def weights_saved(subject: ModelSubject) -> None:
    """Saved weights, loaded into another build, are the same to the bit and give the same."""
    model = subject.model
    other = subject.build(subject.task, seed=2)
    with tempfile.TemporaryDirectory() as folder:
        save_weights(Path(folder), model, {})
        read_weights(Path(folder), other)
    assert digest(model.variables) == digest(other.variables), (
        "weights differ after they were loaded into another build"
    )
    assert_close(
        outputs(logits_of(other), subject.images),
        subject.logits,
        "logits of the model and of another build with its weights",
    )


def config_restored(subject: ModelSubject) -> None:
    """Keras can write its configuration as JSON and make the same model of it."""
    model = subject.model
    written = json.dumps(keras.saving.serialize_keras_object(model))
    again = keras.saving.deserialize_keras_object(json.loads(written))
    take_weights(again, model)
    assert_close(
        outputs(logits_of(again), subject.images),
        subject.logits,
        "logits of the model and of the one made from its configuration",
    )


def exported(subject: ModelSubject) -> None:
    """Built-in exporters, and those of its own distribution, write what gives the same."""
    subject.model  # noqa: B018 - skips
    # As it is built: with other weights rounding grows from layer to layer, where a network is
    # deep, to more than an exporter's tolerance.
    model = subject.build(subject.task)
    unit_logits(model, subject.images)
    own = subject.entry.provenance.distribution
    entries = {
        entry.full_name: entry
        for distribution in (BUILTIN_DISTRIBUTION, own)
        for entry in list_entries("exporter", distribution=distribution)
    }
    left_out: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for index, (name, entry) in enumerate(sorted(entries.items())):
            try:
                export_with(entry, model, Path(folder) / f"{index}{entry.spec.suffix}")
            except MissingLibraryError as error:
                left_out.append(f"{name}: {error}")
    if left_out:
        skip(f"not run, while others pass: {'; '.join(left_out)}")
