"""Registers a deployment format."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_exporters():
    """A single file with a TensorFlow graph in it."""
    return [
        modelzoo.ExporterSpec(
            name="acme_graph",
            summary="A TensorFlow graph with its weights as constants",
            exporter="acme_exporters.frozen_graph:FrozenGraph",
            suffix=".pb",
        )
    ]
