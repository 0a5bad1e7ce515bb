"""Registers MobileNet v2 and v3: one name for any width and size, and one for each published."""

from __future__ import annotations

from typing import Any

from modelzoo import ModelSpec, WeightsSpec, hookimpl
from modelzoo_mobilenets.costs import COSTS
from modelzoo_mobilenets.variants import FAMILIES, Family, Variant, percent


@hookimpl
def modelzoo_models() -> list[ModelSpec]:
    """The networks of both papers, and the minimalistic ones."""
    return [
        spec
        for family in FAMILIES
        for spec in (_resizable(family), *(_named_size(family, each) for each in family.variants()))
    ]


def _resizable(family: Family) -> ModelSpec:
    published = [(alpha, size) for alpha, sizes in family.published.items() for size in sizes]
    return _spec(
        family,
        family.resizable,
        summary=f"{family.title} of any width (alpha=) and input size",
        tags=("mobile",),
        weights=(
            _weights("imagenet", family, 1.0, 224),
            *(
                _weights(f"imagenet_{percent(alpha)}_{size}", family, alpha, size)
                for alpha, size in published
            ),
        ),
    )


def _named_size(family: Family, variant: Variant) -> ModelSpec:
    published = variant.size in family.published.get(variant.alpha, ())
    return _spec(
        family,
        variant,
        summary=f"{family.title} of width {variant.alpha:g} for images of "
        f"{variant.size} x {variant.size}",
        resizable=False,
        tags=("imagenet", "mobile") if published else ("mobile",),
        weights=(_weights("imagenet", family, variant.alpha, variant.size),) if published else (),
    )


def _spec(family: Family, variant: Variant, **more: Any) -> ModelSpec:
    features, parameters, mult_adds = COSTS[variant.name]
    return ModelSpec(
        name=variant.name,
        builder=family.builder,
        input_shape=(variant.size, variant.size, 3),
        options=family.options_of(variant),
        min_size=32,
        # Scaled to -1..1.
        scale=1 / 127.5,
        offset=-1.0,
        features=features,
        parameters=parameters,
        mult_adds=mult_adds,
        task_defaults={"multiclass": {"num_classes": 1000}},
        paper=family.paper,
        licence="MIT",
        **more,
    )


def _weights(name: str, family: Family, alpha: float, size: int) -> WeightsSpec:
    return WeightsSpec(
        name=name,
        url=family.url.format(alpha=alpha, size=size),
        fetcher="modelzoo_mobilenets.imagenet:fetch",
        converter=family.converter,
        num_classes=1000,
        licence="Apache-2.0",
        summary=f"Trained on ImageNet by the paper's authors, width {alpha:g}, {size} x {size}",
    )
