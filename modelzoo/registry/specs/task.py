"""The spec of a task."""

from __future__ import annotations

import dataclasses
from typing import ClassVar, Literal, get_args

from modelzoo.registry.names import Kind
from modelzoo.registry.specs.checks import check_count, refuse
from modelzoo.registry.specs.spec import Spec

LabelKind = Literal["class", "multi_hot", "value"]
LABEL_KINDS: tuple[LabelKind, ...] = get_args(LabelKind)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec(Spec):
    """What is to be predicted: a head on the features, with its loss and metrics.

    Attributes:
        task: ``"module:Class"``, a subclass of :class:`modelzoo.Task`.
        labels: The kind of label it learns from.
        min_classes: The fewest classes (or values) it makes sense for.
        max_classes: The most; ``None``: any number.
        num_outputs: Width of the logits where it is always the same; ``None``: one per class.
    """

    kind: ClassVar[Kind] = "task"
    code: ClassVar[str] = "task"

    task: str
    labels: LabelKind = "class"
    min_classes: int = 1
    max_classes: int | None = None
    num_outputs: int | None = None

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        if self.labels not in LABEL_KINDS:
            refuse(self, "labels", f"one of {LABEL_KINDS}")
        check_count(self, "min_classes")
        check_count(self, "max_classes", optional=True)
        check_count(self, "num_outputs", optional=True)
        if self.max_classes is not None and self.max_classes < self.min_classes:
            refuse(self, "max_classes", f"at least min_classes, {self.min_classes}")
