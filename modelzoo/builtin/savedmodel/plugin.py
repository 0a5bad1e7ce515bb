"""Registers the exporter to TensorFlow's SavedModel."""

from __future__ import annotations

from modelzoo.registry import ExporterSpec, hookimpl


@hookimpl
def modelzoo_exporters() -> list[ExporterSpec]:
    """TensorFlow's own format, a folder."""
    return [
        ExporterSpec(
            name="savedmodel",
            summary="TensorFlow SavedModel: a folder for TensorFlow, TF Serving and converters",
            exporter="modelzoo.builtin.savedmodel.savedmodel:SavedModel",
            tags=("tensorflow", "serving"),
        )
    ]
