"""Registers the networks of ``keras.applications``."""

from __future__ import annotations

from typing import Any

from modelzoo import ModelSpec, WeightsSpec, hookimpl
from modelzoo_keras_applications.families import FAMILIES, Family
from modelzoo_keras_applications.table import Published, rows

_PACKAGE = "modelzoo_keras_applications"


@hookimpl
def modelzoo_models() -> list[ModelSpec]:
    """One for each network."""
    return [
        _model(family, name, architecture, side)
        for family in FAMILIES
        for name, (architecture, side) in family.members.items()
    ]


def _model(family: Family, name: str, architecture: str, side: int) -> ModelSpec:
    row = rows()[architecture]
    facts: dict[str, Any] = {
        "features": row.features,
        "parameters": row.parameters,
        "mult_adds": row.mult_adds,
    }
    return ModelSpec(
        name=name,
        summary=f"{family.title}: {architecture} of keras.applications",
        builder=f"{_PACKAGE}.backbones:{architecture}",
        input_shape=(side, side, 3),
        min_size=family.min_size,
        channels=(3,),
        options=family.options,
        task_defaults={"multiclass": {"num_classes": 1000}},
        tags=("imagenet", *family.tags),
        paper=family.paper,
        licence="Apache-2.0",
        weights=tuple(_weights(family, each) for each in row.published),
        expected_failures=family.expected_failures.get(name, {}),
        **family.preprocessing,
        **facts,
    )


def _weights(family: Family, published: Published) -> WeightsSpec:
    return WeightsSpec(
        name=published.name,
        url=published.url,
        fetcher=f"{_PACKAGE}.imagenet:fetch",
        converter=f"{_PACKAGE}.imagenet:{family.loader}",
        num_classes=1000,
        licence=family.licence,
        summary=f"Trained on {family.trained_on}{published.variant}, published by Keras",
    )
