"""Writes the table of models into the README: ``python -m modelzoo_mobilenets.make_readme``.

From the folder of the source, where the README is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from modelzoo_mobilenets.costs import COSTS
from modelzoo_mobilenets.variants import FAMILIES, Family, Variant

__all__ = ["BEGIN", "END", "model_table"]

BEGIN, END = "<!-- models -->\n", "<!-- end of models -->\n"

_README = Path(__file__).parents[1] / "README.md"
_SIZES = sorted({each.size for family in FAMILIES for each in family.variants()})


def model_table() -> str:
    """The networks of named widths and sizes: a row for each kind and width, in Markdown."""
    header = ["name", "features", "parameters", *(str(size) for size in _SIZES)]
    rule = ["---", *("---:" for _ in header[1:])]
    rows = [row for family in FAMILIES for row in _rows(family)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, rule, *rows))


def _rows(family: Family) -> Iterator[list[str]]:
    for alpha in family.sizes:
        variants = {each.size: each for each in family.variants() if each.alpha == alpha}
        first = next(iter(variants.values()))
        features, parameters, _ = COSTS[first.name]
        name = f"`{first.name.rpartition('_')[0]}_SIZE`"
        cells = [_mult_adds(family, variants.get(size)) for size in _SIZES]
        yield [name, f"{features:,}", f"{parameters:,}", *cells]


def _mult_adds(family: Family, variant: Variant | None) -> str:
    """Millions; in bold where there are published weights."""
    if variant is None:
        return ""
    millions = f"{COSTS[variant.name][2] / 1e6:.1f}"
    published = variant.size in family.published.get(variant.alpha, ())
    return f"**{millions}**" if published else millions


def main() -> None:
    """Put the table between its marks."""
    before, _, rest = _README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    _README.write_text(f"{before}{BEGIN}\n{model_table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
