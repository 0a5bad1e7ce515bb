"""Specs of every kind, made from as little as they need."""

import pytest

from modelzoo.registry import DatasetSpec, ExporterSpec, ModelSpec, RecipeSpec, TaskSpec

MINIMAL = {
    ModelSpec: {"name": "net", "summary": "A model", "builder": "acme.nets:net"},
    DatasetSpec: {
        "name": "cats",
        "summary": "A dataset",
        "loader": "acme.data:cats",
        "task": "binary",
    },
    TaskSpec: {"name": "count", "summary": "A task", "task": "acme.tasks:Count"},
    RecipeSpec: {"name": "seed", "summary": "A recipe", "model": "net", "dataset": "cats"},
    ExporterSpec: {"name": "onnx", "summary": "An exporter", "exporter": "acme.out:Onnx"},
}


@pytest.fixture(scope="session")
def minimal():
    """For each type of spec, the fields that it can't be made without."""
    return MINIMAL


@pytest.fixture(scope="session")
def make(minimal):
    """A function from a type of spec and some fields to a spec."""
    return lambda spec_type, **fields: spec_type(**{**minimal[spec_type], **fields})
