"""The spec of a recipe."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from modelzoo.registry.names import Kind
from modelzoo.registry.specs.checks import check_named, check_shape
from modelzoo.registry.specs.spec import Shape, Spec, mapping_field


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSpec(Spec):
    """A complete, named training configuration with the result it is known to reach.

    Attributes:
        model: Name of the model.
        dataset: Name of the dataset.
        task: Name of the task; empty: the dataset's own.
        config: Fields of :class:`modelzoo.TrainConfig` that differ from their defaults.
        dataset_options: Options of the dataset. ``options`` are those of the model.
        input_shape: ``(height, width, channels)``; ``None``: as without a recipe.
        results: Metrics it is known to reach, such as ``{"test_accuracy": 0.8999}``.
        source: Where the results come from.
    """

    kind: ClassVar[Kind] = "recipe"
    code: ClassVar[str] = ""

    model: str
    dataset: str
    task: str = ""
    config: Mapping[str, Any] = mapping_field()
    dataset_options: Mapping[str, Any] = mapping_field()
    input_shape: Shape | None = None
    results: Mapping[str, float] = mapping_field()
    source: str = ""

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_named(self, "model")
        check_named(self, "dataset")
        if self.task != "":
            check_named(self, "task")
        if self.input_shape is not None:
            check_shape(self, "input_shape")
