"""The five kinds of spec: frozen, string-only descriptions of what a plugin offers.

A spec names its code by a string, ``"package.module:attribute"``, which is imported on first
use, and carries what a person asks before anything is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from modelzoo.registry.names import Kind
from modelzoo.registry.specs.dataset import DatasetSpec
from modelzoo.registry.specs.exporter import ExporterSpec
from modelzoo.registry.specs.model import ModelSpec
from modelzoo.registry.specs.recipe import RecipeSpec
from modelzoo.registry.specs.spec import Shape, Spec
from modelzoo.registry.specs.task import LabelKind, TaskSpec
from modelzoo.registry.specs.weights import WeightsSpec

__all__ = [
    "SPEC_TYPES",
    "DatasetSpec",
    "ExporterSpec",
    "LabelKind",
    "ModelSpec",
    "RecipeSpec",
    "Shape",
    "Spec",
    "TaskSpec",
    "WeightsSpec",
]

SPEC_TYPES: Mapping[Kind, type[Spec]] = MappingProxyType(
    {each.kind: each for each in (ModelSpec, DatasetSpec, TaskSpec, RecipeSpec, ExporterSpec)}
)
