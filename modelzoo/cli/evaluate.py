"""``modelzoo evaluate RUN``: how good a trained model is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelzoo.cli.loading import load_tensorflow
from modelzoo.cli.run_names import RunArgument, open_run
from modelzoo.cli.tables import print_facts, print_json

EXAMPLES = """\
modelzoo evaluate latest
modelzoo evaluate runs/my_run --split val --json
"""


def evaluate(
    run: RunArgument,
    split: Annotated[str, typer.Option(help="The part of the data: test, val or train.")] = "test",
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the data are now, if they have moved.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure a trained model's loss and metrics on its data."""
    opened = open_run(run)
    load_tensorflow()
    results = opened.evaluate(split, data_dir=data_dir)
    if as_json:
        print_json({"run": str(opened.folder), "split": split, "results": results})
    else:
        print_facts({f"{split} {name}": f"{value:.4f}" for name, value in results.items()})
