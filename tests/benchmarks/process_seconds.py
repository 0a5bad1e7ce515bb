"""Seconds that Python takes as a process with the given arguments.

`python process_seconds.py -m modelzoo list`; the median of five, after one that brings files and
bytecode into the caches.
"""

import json
import statistics
import subprocess
import sys
import time

PROCESSES = 5


def main() -> None:
    seconds = []
    for _ in range(1 + PROCESSES):
        began = time.perf_counter()
        subprocess.run([sys.executable, *sys.argv[1:]], check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"process": statistics.median(seconds[1:])}))


if __name__ == "__main__":
    main()
