"""The spec of a dataset."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

from modelzoo.registry.names import Kind
from modelzoo.registry.specs.checks import (
    check_count,
    check_named,
    check_shape,
    check_strings,
    refuse,
)
from modelzoo.registry.specs.spec import Shape, Spec, mapping_field
from modelzoo.registry.specs.task import LABEL_KINDS, LabelKind


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSpec(Spec):
    """An adapter: named splits of (image, label).

    Attributes:
        loader: ``"module:function"``; called as ``loader(task=TaskSpec, data_dir=Path or None,
            **options)`` it returns a :class:`modelzoo.data.Dataset`.
        task: The task it is used for unless a user names another.
        labels: The kinds of label it can give: ``"class"`` (an index per image), ``"multi_hot"``
            (0 or 1 per class), ``"value"`` (numbers).
        num_classes: How many classes or values a label has; ``None`` where only the data say.
        classes: The classes' names, in the order of their indices; empty where only the data say.
        input_shape: ``(height, width, channels)`` of its images; ``None`` where they vary.
        splits: Number of images per split; empty where only the data say.
        needs_data_dir: Whether a user has to say where the data are.
        download_bytes: Size of the download; 0 where nothing is downloaded, ``None`` where nobody
            knows before.
        homepage: Where the data come from.
    """

    kind: ClassVar[Kind] = "dataset"
    code: ClassVar[str] = "loader"

    loader: str
    task: str
    labels: tuple[LabelKind, ...] = ("class",)
    num_classes: int | None = None
    classes: tuple[str, ...] = ()
    input_shape: Shape | None = None
    splits: Mapping[str, int] = mapping_field()
    needs_data_dir: bool = False
    download_bytes: int | None = 0
    homepage: str = ""

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        check_named(self, "task")
        check_strings(self, "labels")
        check_strings(self, "classes")
        check_count(self, "num_classes", optional=True)
        check_count(self, "download_bytes", least=0, optional=True)
        if not self.labels or not set(self.labels) <= set(LABEL_KINDS):
            refuse(self, "labels", f"a tuple of {LABEL_KINDS}")
        if self.classes and self.num_classes not in (None, len(self.classes)):
            refuse(self, "num_classes", f"{len(self.classes)}, as many as there are classes")
        if self.input_shape is not None:
            check_shape(self, "input_shape")
