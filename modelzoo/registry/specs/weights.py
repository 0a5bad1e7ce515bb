"""The spec of trained weights, which are part of a model's."""

from __future__ import annotations

import dataclasses
import re

from modelzoo.registry.names import check_name
from modelzoo.registry.specs.checks import check_reference, refuse

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeightsSpec:
    """Trained weights of a model, published as a file.

    Attributes:
        name: What a user passes as ``get(..., weights=name)``.
        converter: ``"module:function"``; called as ``converter(path, model)``, it reads the file
            at ``path`` and assigns the values to the built ``keras.Model``.
        url: Where the file is published.
        sha256: The file's SHA-256. Without one and without a ``fetcher`` nothing is downloaded:
            the user names a local file.
        fetcher: ``"module:function"``, for a publisher whose own library downloads and verifies;
            called as ``fetcher(weights)`` with this spec, it returns the path of a file or folder
            for the ``converter``.
        task: The task that the file's head was trained for.
        num_classes: How many classes the file's head has.
        licence: The licence of the weights.
        summary: One line: trained on what, by whom.
    """

    name: str
    converter: str
    url: str = ""
    sha256: str = ""
    fetcher: str = ""
    task: str = "multiclass"
    num_classes: int | None = None
    licence: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        check_name(self.name)
        check_reference(self, "converter")
        if self.fetcher:
            check_reference(self, "fetcher")
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            refuse(self, "sha256", "64 lower-case hexadecimal digits")
