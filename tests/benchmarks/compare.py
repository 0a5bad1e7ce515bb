"""Measures this package beside its peers and writes the results into the documentation.

Each peer's script and ours run in processes of their own, in turn: A B A B. What counts is the
median of the ratios of the pairs. The results, `docs/benchmarks/results.json` and the pictures
beside it, are of one run of everything: with --only, they are printed and not written.
"""

import argparse
import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from comparisons import comparisons
from growth import GROWTH
from machine import describe_machine, library_versions, torch_version
from measuring import compare
from pictures import draw_comparison, draw_growth

from modelzoo.storage import atomic_folder, write_json

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
NAMES = [
    *(each.name for each in comparisons(torch_python=None, cats_and_dogs=None)),
    *(each.name for each in GROWTH),
]


def main() -> None:
    given = parse_arguments(sys.argv[1:])
    python = given.torch_python or sys.executable
    torch = torch_version(python)
    if given.torch_python and torch is None:
        sys.exit(f"{given.torch_python} does not import PyTorch.")
    results: dict[str, Any] = {
        "measured": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": library_versions(torch),
        "rounds": given.rounds,
        "comparison": [],
        "growth": [],
    }
    for comparison in comparisons(
        torch_python=python if torch else None, cats_and_dogs=given.cats_and_dogs
    ):
        if comparison.name in given.only:
            for row in compare(comparison, given.rounds):
                print(line_of_comparison(row), flush=True)
                results["comparison"].append(row)
    for growth in GROWTH:
        if growth.name in given.only:
            results["growth"].append(growth.result())
            print(line_of_growth(results["growth"][-1]), flush=True)
    if set(given.only) == set(NAMES):
        write(results, FOLDER)
        print(f"Written into {FOLDER}")


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=5, help="pairs of each (default: 5)")
    options.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES)
    )
    options.add_argument(
        "--torch-python", metavar="PATH", help="an interpreter with PyTorch (default: this one)"
    )
    options.add_argument(
        "--cats-and-dogs", metavar="DIR", help="the folder with training_set/ and test_set/"
    )
    given = options.parse_args(arguments)
    if given.rounds < 1:
        options.error(f"--rounds is {given.rounds}, expected at least 1")
    if given.cats_and_dogs and not Path(given.cats_and_dogs, "training_set").is_dir():
        options.error(f"{given.cats_and_dogs} has no folder training_set")
    return given


def line_of_comparison(row: Mapping[str, Any]) -> str:
    about = f"{row['work']}, against {row['peer']}"
    if "missing" in row:
        return f"{about}: not measured ({row['missing']})"
    ratio = row["ratio"]
    return (
        f"{about}: {ratio['median']:.2f} times ({ratio['least']:.2f} to {ratio['most']:.2f}), "
        f"wanted {row['target']:g}"
    )


def line_of_growth(result: Mapping[str, Any]) -> str:
    if "missing" in result:
        return f"{result['work']}: not measured ({result['missing']})"
    value, limit = (f"{result[name]:.3g} {result['unit']}".rstrip() for name in ("value", "limit"))
    return f"{result['work']}: {value}, wanted at most {limit}"


def write(results: Mapping[str, Any], folder: Path) -> None:
    # As a whole, so that no picture of earlier results stays beside new ones.
    with atomic_folder(folder) as new:
        draw_comparison(results["comparison"], new / "comparison.png")
        drawn = [row for row in results["growth"] if "points" in row]
        if drawn:
            draw_growth(drawn, new / "growth.png")
        write_json(new / "results.json", results)


if __name__ == "__main__":
    main()
