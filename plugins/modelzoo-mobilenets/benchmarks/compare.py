"""How many times as long a training step takes in stock Keras: `python compare.py`.

Both sides do the same work in processes of their own, in turn: A B A B. Each pair gives a ratio;
what counts is their median.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TRAININGS = {
    "mobilenet_v2": ["mobilenet_v2", "--size", "96"],
    "mobilenet_v3_large": ["mobilenet_v3_large", "--size", "224"],
    "mobilenet_v3_small": ["mobilenet_v3_small", "--size", "224"],
    "mobilenet_v3_small_96": ["mobilenet_v3_small", "--size", "96"],
}


def main() -> None:
    """Measure and print, one line for each training."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", nargs="+", choices=TRAININGS, default=list(TRAININGS))
    given = options.parse_args()
    for name in given.only:
        pairs = [
            (seconds("ours.py", TRAININGS[name]), seconds("stock_keras.py", TRAININGS[name]))
            for _ in range(given.rounds)
        ]
        ratios = [theirs / ours for ours, theirs in pairs]
        ours, theirs = (1000 * statistics.median(each) for each in zip(*pairs, strict=True))
        print(
            f"{name}: {ours:.0f} ms, stock Keras {theirs:.0f} ms, "
            f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            flush=True,
        )


def seconds(script: str, arguments: list[str]) -> float:
    """What a script measures, in a process of its own."""
    done = subprocess.run(
        [sys.executable, HERE / script, *arguments],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    return float(json.loads(done.stdout.splitlines()[-1])["step"])


if __name__ == "__main__":
    main()
