"""The spec of an exporter."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from modelzoo.registry.names import Kind
from modelzoo.registry.specs.checks import refuse
from modelzoo.registry.specs.spec import Spec


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExporterSpec(Spec):
    """A named deployment format.

    Attributes:
        exporter: ``"module:Class"``, a subclass of :class:`modelzoo.Exporter`.
        suffix: Ending of the file it writes, such as ``".tflite"``; empty for a folder.
    """

    kind: ClassVar[Kind] = "exporter"
    code: ClassVar[str] = "exporter"

    exporter: str
    suffix: str = ""

    def __post_init__(self) -> None:
        Spec.__post_init__(self)
        if not isinstance(self.suffix, str) or (self.suffix and self.suffix[0] != "."):
            refuse(self, "suffix", "an ending such as '.tflite', or nothing for a folder")
