"""How long `modelzoo list` takes beside `import keras`, measured in turn.

Run it with the Python that has both: `python tests/benchmarks/list_startup.py [ROUNDS]`.
"""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "modelzoo list": [sys.executable, "-m", "modelzoo", "list"],
    "import keras": [sys.executable, "-c", "import keras"],
}


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    measured = {name: [] for name in COMMANDS}
    for command in COMMANDS.values():
        seconds(command)  # so that files and bytecode are in the caches for all rounds
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            measured[name].append(seconds(command))
    medians = {name: statistics.median(each) for name, each in measured.items()}
    for name, each in measured.items():
        print(
            f"{name:14} {medians[name]:6.3f} s  (of {rounds}: {min(each):.3f} to {max(each):.3f})"
        )
    ratio = medians["import keras"] / medians["modelzoo list"]
    print(f"ratio          1 / {ratio:.1f}")


if __name__ == "__main__":
    main()
