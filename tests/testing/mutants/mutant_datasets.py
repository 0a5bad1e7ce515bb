"""One loader that is as it should be, and one broken in each way that the kit has a check for."""

import os
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from modelzoo import ArraySplit, Dataset, FileSplit
from modelzoo.errors import IncompatibleError

CLASSES = ("red", "green", "blue")


def images(n, seed, shape=(16, 16, 3)):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


def dataset(task, *, train=None, test=None, labels=None, classes=CLASSES):
    train = images(18, 1) if train is None else train
    test = images(6, 2) if test is None else test
    labels = np.arange(len(train)) % 3 if labels is None else labels
    of_test = np.arange(len(test)) % 3
    if task.labels == "multi_hot":
        labels, of_test = np.eye(3, dtype=int)[labels], np.eye(3, dtype=int)[of_test]
    splits = {"train": ArraySplit(train, labels), "test": ArraySplit(test, of_test)}
    return Dataset(name="mutant", splits=splits, classes=classes)


def intact(task, data_dir):
    return dataset(task)


def raises(task, data_dir):
    raise RuntimeError("the server is down")


def returns_no_dataset(task, data_dir):
    return dataset(task).splits


def label_out_of_range(task, data_dir):
    return dataset(task, labels=np.arange(18) % 4)


def class_without_images(task, data_dir):
    return dataset(task, labels=np.arange(18) % 2)


def fails_for_another_task(task, data_dir):
    if task.name != "multiclass":
        raise KeyError(task.name)
    return dataset(task)


def two_classes_of_one_name(task, data_dir):
    return dataset(task, classes=("red", "green", "red"))


def class_without_a_name(task, data_dir):
    return dataset(task, classes=("red", " ", "blue"))


def class_with_a_number_for_a_name(task, data_dir):
    return dataset(task, classes=("red", 3, "blue"))


def more_classes_than_declared(task, data_dir):
    labels = np.arange(18) % 4
    made = dataset(task, labels=labels % 3)
    split = ArraySplit(images(18, 1), np.eye(4)[labels] if task.labels == "multi_hot" else labels)
    test = ArraySplit(images(6, 2), split.labels[:6])
    return Dataset(
        name=made.name, splits={"train": split, "test": test}, classes=(*CLASSES, "black")
    )


def no_labels_for_another_task(task, data_dir):
    if task.labels != "class":
        raise IncompatibleError("Dataset 'mutant' has class indices only")
    return dataset(task)


def other_classes_than_declared(task, data_dir):
    return dataset(task, classes=("cyan", "magenta", "yellow"))


def fewer_images_than_declared(task, data_dir):
    return dataset(task, train=images(17, 1))


def test_images_in_training(task, data_dir):
    train, test = images(18, 1), images(6, 2)
    train[3] = test[5]
    return dataset(task, train=train, test=test)


def other_shape_than_declared(task, data_dir):
    return dataset(task, train=images(18, 1, (16, 20, 3)), test=images(6, 2, (16, 20, 3)))


def in_files(task, images):
    """The dataset with its training images in files."""
    folder = Path(tempfile.mkdtemp())
    paths = []
    for index, image in enumerate(images):
        paths.append(folder / f"{index:02}.png")
        Image.fromarray(image).save(paths[-1])
    made = dataset(task)
    splits = {**made.splits, "train": FileSplit(paths, made.splits["train"].labels)}
    return Dataset(name="mutant", splits=splits, classes=CLASSES)


def files_of_another_shape(task, data_dir):
    return in_files(task, images(18, 1, (16, 20, 3)))


def truncated_file(task, data_dir):
    made = in_files(task, images(18, 1))
    path = made.splits["train"].paths[4]
    path.write_bytes(path.read_bytes()[:200])
    return made


def all_images_alike(task, data_dir):
    return dataset(task, train=np.full((18, 16, 16, 3), 7, np.uint8))


def shuffled_at_will(task, data_dir):
    return dataset(task, train=np.random.default_rng().permutation(images(18, 1)))


def in_the_order_of_a_set(task, data_dir):
    names = {f"image-{index}" for index in range(18)}
    order = [int(name.removeprefix("image-")) for name in names]
    return dataset(task, train=images(18, 1)[order])


def in_an_order_by_cores(task, data_dir):
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    train = images(18, 1)
    return dataset(
        task, train=np.concatenate([train[worker::workers] for worker in range(workers)])
    )
