"""Seconds of a training step of the recipe `cats_vs_dogs_seed`, with its augmentation and without.

Random pixels in memory, the steps of a `Trainer`. Blocks of both are done in turn, so that what
slows the machine down for a while slows down both; the median block of each.
"""

import json
import statistics
import time

from modelzoo import find
from modelzoo.benchmarking import Subject
from modelzoo.benchmarking.work import make_training

BLOCKS, STEPS = 25, 64


def main() -> None:
    recipe = find("recipe", "cats_vs_dogs_seed").spec
    settings = {
        "task": recipe.task,
        "input_shape": recipe.input_shape,
        "options": recipe.options,
        "batch_size": recipe.config["batch_size"],
    }
    augmentations = {"plain": {}, "augmented": recipe.config["augment"]}
    works = {
        name: make_training(Subject.from_names(recipe.model, augment=augment, **settings))
        for name, augment in augmentations.items()
    }
    for work in works.values():
        work.run(STEPS)
    seconds = {name: [] for name in works}
    for _ in range(BLOCKS):
        for name, work in works.items():
            began = time.perf_counter()
            work.run(STEPS)
            seconds[name].append((time.perf_counter() - began) / STEPS)
    print(json.dumps({name: statistics.median(each) for name, each in seconds.items()}))


if __name__ == "__main__":
    main()
