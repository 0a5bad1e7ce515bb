"""The images and labels of a set of TensorFlow Datasets."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

from modelzoo.data import (
    Dataset,
    Split,
    atomic_folder,
    cache_folder,
    unpack_arrays,
    unpack_images,
)
from modelzoo.registry import TaskSpec
from modelzoo_tfds.builders import find_builder
from modelzoo_tfds.features import ChosenFeatures, choose_features
from modelzoo_tfds.preparing import prepare
from modelzoo_tfds.quiet import quiet_logs
from modelzoo_tfds.records import Records
from modelzoo_tfds.splits import choose_splits

__all__ = ["load"]

# Up to this size the pixels of an image take hardly more room than a file of it does, with what
# a file system keeps of it.
_SMALL_BYTES = 64 * 64 * 3


@quiet_logs()
def load(
    *,
    task: TaskSpec,
    data_dir: Path | None,
    builder: str,
    image: str | None = None,
    label: str | None = None,
    train: str | None = None,
    val: str | None = None,
    test: str | None = None,
) -> Dataset:
    """Load a set, after it was downloaded and prepared where it was not yet.

    Args:
        task: The task; the labels are class indices, or 0 and 1 for each class.
        data_dir: Where TensorFlow Datasets prepares its sets, or the folder of this one; default:
            ``~/tensorflow_datasets``, or what ``TFDS_DATA_DIR`` says.
        builder: The set as TensorFlow Datasets writes it: ``name/config:version``.
        image: Name of the feature with the images, where there are several.
        label: Name of the feature with the labels, where there are several.
        train: What to train with, such as ``"train[:80%]"``; default: the split of that name.
            Where one of the three is given, the others are what is given for them or not there.
        val: What to validate with.
        test: What to test with.

    Returns:
        The splits ``train``, and ``val`` and ``test`` where there are such, in the order of the
        files: arrays where all images have one small size, else files. A split that nobody has
        named and of which no image has a label is left out with a warning.

    Raises:
        UnknownNameError: There is no such set.
        DatasetError: There is no such configuration, the set is not for image classification, it
            has to be downloaded by hand, or its files are damaged.
        IncompatibleError: The labels are of another kind than the task learns from.
        OptionError: An option names what is not there.
        DownloadError: What it is made of can't be downloaded, or is not what it should be.
        StorageError: There is no room to prepare it.
        MissingLibraryError: A library that it takes is not installed.
    """
    found = find_builder(builder, data_dir)
    # Before anything is downloaded.
    features = choose_features(found.info, task, image=image, label=label)
    if prepare(found, builder, data_dir):
        found = find_builder(builder, data_dir)
        features = choose_features(found.info, task, image=image, label=label)
    full_name = found.info.full_name
    named = {"train": train, "val": val, "test": test}
    splits: dict[str, Split] = {}
    for name, (wanted, info) in choose_splits(found.info, named).items():
        records = Records(found, wanted, info, features)
        key = _key(full_name, records, features)
        if name != "train" and not named[name] and _has_no_labels(key, records):
            warnings.warn(
                f"Split {wanted!r} of {full_name!r} has no labels and is left out.", stacklevel=2
            )
            continue
        splits[name] = _unpacked(key, wanted, records, features)
    return Dataset(name=f"tfds/{full_name}", splits=splits, classes=features.classes)


def _key(full_name: str, records: Records, features: ChosenFeatures) -> str:
    return f"tfds {full_name} {features.image} {features.label} {features.kind} {records.stamp}"


def _has_no_labels(key: str, records: Records) -> bool:
    """Whether a split is without labels, which is remembered: it takes reading all of it."""
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    remembered = cache_folder() / "without_labels" / digest
    if remembered.exists():
        return True
    if records.is_labelled:
        return False
    with atomic_folder(remembered):
        return True


def _unpacked(key: str, wanted: str, records: Records, features: ChosenFeatures) -> Split:
    shape = features.shape
    if shape and shape[0] * shape[1] * shape[2] <= _SMALL_BYTES and shape[2] in (1, 3):
        return unpack_arrays(key, shape, {wanted: records})[wanted]
    return unpack_images(key, {wanted: records})[wanted]
