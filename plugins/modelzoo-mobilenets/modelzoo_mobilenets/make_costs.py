"""Makes ``costs.py``: ``python -m modelzoo_mobilenets.make_costs``."""

from __future__ import annotations

from pathlib import Path

import keras

from modelzoo.layers import count_mult_adds
from modelzoo.registry import load_reference
from modelzoo_mobilenets.variants import FAMILIES, Family, Variant

_FILE = Path(__file__).with_name("costs.py")
_HEAD = '''"""What each network has and takes, known before it is built.

Made by ``python -m modelzoo_mobilenets.make_costs``, which builds them all and counts.
"""

# Name: features, parameters and multiply-adds, without a head.
COSTS = {
'''


def main() -> None:
    """Build every network and write down what it is."""
    lines = [
        _line(family, variant)
        for family in FAMILIES
        for variant in (family.resizable, *family.variants())
    ]
    _FILE.write_text(f"{_HEAD}{''.join(lines)}}}\n", encoding="utf-8")


def _line(family: Family, variant: Variant) -> str:
    build = load_reference(family.builder, needed_by=variant.name)
    backbone = build((variant.size, variant.size, 3), **family.options_of(variant))
    counts = (backbone.output_shape[-1], backbone.count_params(), count_mult_adds(backbone))
    keras.utils.clear_session()
    return f'    "{variant.name}": ({", ".join(f"{each:_}" for each in counts)}),\n'


if __name__ == "__main__":
    main()
