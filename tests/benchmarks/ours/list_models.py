"""Seconds that `list_models` takes when an installed plugin has 10,000 models.

The first question, which asks the plugins, and the median of those after it.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import modelzoo

NAMES, CALLS = 10_000, 20
PLUGIN = f"""
import modelzoo

@modelzoo.hookimpl
def modelzoo_models():
    return [
        modelzoo.ModelSpec(name=f"net_{{n}}", summary="One of many", builder="many_nets:build")
        for n in range({NAMES})
    ]
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "many_nets.py").write_text(PLUGIN)
        installed = Path(folder) / "many_nets-1.0.dist-info"
        installed.mkdir()
        (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: many-nets\nVersion: 1.0")
        (installed / "entry_points.txt").write_text("[modelzoo]\nmany_nets = many_nets\n")
        sys.path.insert(0, folder)
        seconds = []
        for _ in range(1 + CALLS):
            began = time.perf_counter()
            names = modelzoo.list_models()
            seconds.append(time.perf_counter() - began)
    assert len(names) >= NAMES
    print(json.dumps({"first": seconds[0], "later": statistics.median(seconds[1:])}))


if __name__ == "__main__":
    main()
