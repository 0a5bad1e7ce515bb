"""Prints the table of models of the README, from the specs.

python -m modelzoo_keras_applications.make_readme_table
"""

from __future__ import annotations

from collections.abc import Iterator

from modelzoo_keras_applications.plugin import modelzoo_models

_HEADER = ("model", "images", "features", "parameters", "multiply-adds", "paper")


def readme_table() -> str:
    """A row for each model: its name, and what its backbone is by default.

    Example:
        >>> print(readme_table().splitlines()[2])
        | `keras_xception` | 299 | 2048 | 20.9 M | 8355 M | arXiv:1610.02357 |
    """
    return "\n".join(f"| {' | '.join(cells)} |" for cells in _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    yield _HEADER
    yield ("---", *("---:" for _ in _HEADER[1:-1]), "---")
    for spec in modelzoo_models():
        yield (
            f"`{spec.name}`",
            str(spec.input_shape[0]),
            str(spec.features),
            f"{(spec.parameters or 0) / 1e6:.1f} M",
            f"{(spec.mult_adds or 0) / 1e6:.0f} M",
            spec.paper,
        )


if __name__ == "__main__":
    print(readme_table())
