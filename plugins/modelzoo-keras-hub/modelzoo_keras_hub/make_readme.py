"""Writes the README's table: ``python -m modelzoo_keras_hub.make_readme README.md``."""

from __future__ import annotations

import sys
from pathlib import Path

from modelzoo_keras_hub.architectures import ARCHITECTURES, Architecture
from modelzoo_keras_hub.table import presets

__all__ = ["with_table"]

_BEGIN, _END = "<!-- architectures -->\n", "<!-- end of architectures -->"
_FEATURES = {
    "map": "a map",
    "last_stage": "the last stage's map",
    "class_token": "the class token",
    "mean_token": "the mean of all tokens",
}


def with_table(text: str) -> str:
    """A README with the table of all architectures and presets as it is now.

    Args:
        text: The README, with the two comments between which the table is.
    """
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = [
        "| name | network | features | presets |",
        "| --- | --- | --- | --- |",
        *map(_line, ARCHITECTURES.values()),
    ]
    return before + _BEGIN + "\n" + "\n".join(lines) + "\n\n" + _END + after


def _line(architecture: Architecture) -> str:
    names = sorted(
        name for name, row in presets().items() if row["architecture"] == architecture.name
    )
    listed = ", ".join(f"`{name}`" for name in names) or "none"
    features = _FEATURES[architecture.features]
    return f"| `keras_hub/{architecture.name}` | {architecture.summary} | {features} | {listed} |"


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")
