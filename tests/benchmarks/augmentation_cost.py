"""What augmenting a batch costs beside the training step it is for, on one thread of the CPU.

Run it from anywhere: `python tests/benchmarks/augmentation_cost.py [ROUNDS]`.
"""

import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from modelzoo.benchmarking.subject import Subject
from modelzoo.benchmarking.work import make_training
from modelzoo.data.augment import Augmentation

BATCH = 32
CALLS = 20
SEED = {"horizontal_flip": True, "zoom": 0.2, "shear": 0.2}
AUGMENTATIONS = {
    "flip": {"horizontal_flip": True},
    "flip, zoom and shear": SEED,
    "all that moves pixels": {**SEED, "shift": 0.1, "crop": 0.5, "rotation": 15},
    "brightness and contrast": {"brightness": 0.2, "contrast": 0.2},
    "erasing": {"erasing": 0.5},
    "mixup": {"mixup": 0.2},
    "cutmix": {"cutmix": 1.0},
    "everything": {
        **SEED, "shift": 0.1, "crop": 0.5, "rotation": 15, "brightness": 0.2, "contrast": 0.2,
        "erasing": 0.5, "mixup": 0.2, "cutmix": 1.0,
    },
}  # fmt: skip


def milliseconds(function, *arguments, rounds):
    """The median time of a call, less that of a call that does nothing."""
    medians = []
    for each in (function, tf.function(lambda *given: given[0], autograph=False)):
        each(*arguments)
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            for _ in range(CALLS):
                result = each(*arguments)
            tf.nest.map_structure(lambda tensor: tensor.numpy(), result)
            times.append((time.perf_counter() - began) / CALLS)
        medians.append(statistics.median(times))
    return 1000 * (medians[0] - medians[1])


def step_milliseconds(shape, task, classes, rounds):
    """The median time of a step as a `Trainer` does it, on this one thread."""
    settings = {"input_shape": shape, "batch_size": BATCH, "replicas": 1}
    subject = Subject.from_names("mobilenet_v1_mini", task=task, num_classes=classes, **settings)
    work = make_training(subject)
    work.run(CALLS)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work.run(CALLS)
        times.append((time.perf_counter() - began) / CALLS)
    return 1000 * statistics.median(times)


def augmenting(augmentation, rows):
    @tf.function(autograph=False)
    def one(images, partners):
        moved = augmentation.apply(images, rows)
        if not augmentation.mixes:
            return moved
        others = augmentation.apply(partners, rows)
        return augmentation.mix(moved, others, rows)[0]

    return one


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rng = np.random.default_rng(0)
    for shape, task, classes in (((64, 64, 3), "binary", 2), ((28, 28, 1), "multiclass", 10)):
        images, partners = tf.constant(rng.integers(0, 256, (2, BATCH, *shape), np.uint8))
        step = step_milliseconds(shape, task, classes, rounds)
        print(f"{shape}, batches of {BATCH}: a step of mobilenet_v1_mini takes {step:.2f} ms")
        for name, settings in AUGMENTATIONS.items():
            augmentation = Augmentation(**settings)
            rows = augmentation.draw(seed=0, epoch=0, size=shape[:2], n=BATCH)
            one = augmenting(augmentation, tf.constant(rows))
            cost = milliseconds(one, images, partners, rounds=rounds)
            print(f"  {name:24} {cost:6.3f} ms  {cost / step:6.1%}")


if __name__ == "__main__":
    main()
