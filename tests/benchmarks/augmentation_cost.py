"""What augmenting a batch costs beside the training step it is for, on one thread of the CPU.

Run it from anywhere: `python tests/benchmarks/augmentation_cost.py [ROUNDS]`.
"""

import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import modelzoo
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


def training_step(shape, task, classes):
    model = modelzoo.get("mobilenet_v1_mini", task=task, num_classes=classes, input_shape=shape)
    to_logits = keras.Model(model.inputs, model.get_layer("logits").output)
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    if classes is None:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(autograph=False)
    def step(images, labels):
        with tf.GradientTape() as tape:
            value = loss(labels, to_logits(images, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return value

    return step


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
    for shape, task, classes in (((64, 64, 3), "binary", None), ((28, 28, 1), "multiclass", 10)):
        images, partners = tf.constant(rng.integers(0, 256, (2, BATCH, *shape), np.uint8))
        labels = tf.constant(rng.integers(0, classes or 2, (BATCH, 1)))
        step = milliseconds(training_step(shape, task, classes), images, labels, rounds=rounds)
        print(f"{shape}, batches of {BATCH}: a step of mobilenet_v1_mini takes {step:.2f} ms")
        for name, settings in AUGMENTATIONS.items():
            augmentation = Augmentation(**settings)
            rows = augmentation.draw(seed=0, epoch=0, size=shape[:2], n=BATCH)
            one = augmenting(augmentation, tf.constant(rows))
            cost = milliseconds(one, images, partners, rounds=rounds)
            print(f"  {name:24} {cost:6.3f} ms  {cost / step:6.1%}")


if __name__ == "__main__":
    main()
